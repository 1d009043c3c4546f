using System.Globalization;
using System.Text;

namespace OpticWorks.Operations.Traffic;

/// <summary>Who takes which part of the traffic.</summary>
/// <param name="Weights">Servers in traffic and their weights, 1 to 256.</param>
/// <param name="Drained">Servers that get no new requests.</param>
public sealed record TrafficSplit(IReadOnlyDictionary<string, int> Weights, IReadOnlyList<string> Drained)
{
    /// <summary>What HAProxy is told, as one line: first who takes traffic, then who does not, so that there is never nobody.</summary>
    public string Text(string backend)
    {
        var text = new StringBuilder();
        foreach (var (server, weight) in Weights.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"set server {backend}/{server} weight {weight}; set server {backend}/{server} state ready; set server {backend}/{server} health up; ");
        foreach (var server in Drained.Order(StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"set server {backend}/{server} state drain; ");
        return text.ToString().TrimEnd(' ', ';');
    }

    /// <summary>What is not so; empty: nothing. A drained server that fails its checks too shows as down only, and gets nothing.</summary>
    public IReadOnlyList<Drift> Differences(BalancerLook look) => Drift.Of(
        Weights.Concat(Drained.Where(server => look.Server(server)?.IsDown != true).Select(server => KeyValuePair.Create(server, 0)))
            .ToDictionary(pair => pair.Key, pair => pair.Value), look.Servers);
}
