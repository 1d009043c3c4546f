using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Releases;

/// <summary>Hosts that an operation treats differently; stands in its journal's header, so that whoever resumes treats them the same.</summary>
/// <param name="Skipped">Not touched: they could not be reached. Their instances are taken out of traffic.</param>
/// <param name="Behind">Skipped by an earlier deployment; this one catches them up.</param>
public sealed record LeftOut(IReadOnlySet<string> Skipped, IReadOnlySet<string> Behind)
{
    public static LeftOut Nobody { get; } = new(new HashSet<string>(), new HashSet<string>());

    /// <summary>The header's entries; none where nobody is left out.</summary>
    public IEnumerable<KeyValuePair<string, string>> Write() =>
        new[] { KeyValuePair.Create("skipped", Words(Skipped)), KeyValuePair.Create("behind", Words(Behind)) }.Where(pair => pair.Value.Length > 0);

    public static LeftOut Read(IReadOnlyDictionary<string, string> parameters) => new(Names(parameters, "skipped"), Names(parameters, "behind"));

    /// <summary>The environment without these backend hosts.</summary>
    /// <exception cref="OperationException">Nothing would be left (exit 4).</exception>
    public static StoreEnvironment Without(StoreEnvironment environment, IReadOnlySet<string> hosts)
    {
        var left = environment.Hosts.Where(host => !hosts.Contains(host.Name)).ToArray();
        return left.Length > 0
            ? environment with { Hosts = left }
            : throw OperationException.Preflight($"No backend host of {environment.Name} is left: {string.Join(", ", hosts)} cannot be used", $"./build.sh Health --environment {environment.Name}");
    }

    private static string Words(IEnumerable<string> names) => string.Join(' ', names.Order(StringComparer.Ordinal));

    private static HashSet<string> Names(IReadOnlyDictionary<string, string> parameters, string key) =>
        parameters.TryGetValue(key, out var names) ? [.. names.Split(' ', StringSplitOptions.RemoveEmptyEntries)] : [];
}
