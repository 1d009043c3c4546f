using System.Globalization;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Traffic;

namespace OpticWorks.Operations.Canary.Sources;

/// <summary>The stable side before a canary, from what HAProxy's ring still holds.</summary>
/// <param name="Rate">Requests a second in the last minute, or in as much of it as the ring holds.</param>
/// <param name="Errors">Share of failed requests.</param>
/// <param name="Requests">How many requests this is about.</param>
/// <param name="P95">95th percentile of the response time, milliseconds; null: too few requests.</param>
public sealed record Baseline(double Rate, double Errors, int Requests, long? P95)
{
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(1);

    public static async Task<Baseline> ReadAsync(IHost control, string socket, string backend, CancellationToken cancellationToken)
    {
        var result = await control.RunAsync(ShellCommand.Script(
            """date +%s%3N; echo 'show info;show events req' | socat -t 5 - "UNIX-CONNECT:$1" """.TrimEnd(), socket), null, null, cancellationToken).ConfigureAwait(false);
        result.OrFail("HAProxy's ring cannot be read", next: "./build.sh Provision");
        return Of(result.Output, backend);
    }

    /// <param name="text">The balancer's clock in milliseconds, HAProxy's "show info", the ring's lines.</param>
    internal static Baseline Of(string text, string backend)
    {
        var lines = text.Split('\n');
        var now = long.Parse(lines[0], CultureInfo.InvariantCulture);
        var uptime = lines.FirstOrDefault(line => line.StartsWith("Uptime_sec: ", StringComparison.Ordinal)) is { } up
            && double.TryParse(up[12..], CultureInfo.InvariantCulture, out var seconds) ? seconds : Recent.TotalSeconds;
        var requests = lines.Select(RequestLine.Read).OfType<RequestLine>().Where(line => line.Backend == backend).ToList();
        var window = Math.Max(1, Math.Min(Recent.TotalSeconds, uptime));
        var recent = requests.Where(line => line.At >= now - (window * 1000)).ToList();
        var limits = SlowLimits.Of([.. requests.Select(line => line.Milliseconds)], TimeSpan.Zero);
        return new Baseline(recent.Count / window, requests.Count == 0 ? 0 : requests.Count(line => line.Failed) / (double)requests.Count, requests.Count,
            limits.Stable is null ? null : SlowLimits.Percentile(requests.Select(line => line.Milliseconds), 0.95));
    }
}
