using System.Globalization;
using OpticWorks.Operations.Canary.Judging;
using OpticWorks.Operations.Traffic;

namespace OpticWorks.Operations.Canary.Sources;

/// <summary>Counts requests for the judge. Pure, except that it remembers which tenth of a second each server's last timed request was in.</summary>
internal sealed class RequestCount(SlowLimits limits, IReadOnlyList<string> criticalPaths)
{
    private const long Slot = 100;

    private readonly Dictionary<string, long> _slots = [];

    /// <param name="connectionErrors">Failed connections of each server as HAProxy counts them: more than the lines tell when HAProxy tried another
    /// server in its place.</param>
    public TrafficWindow Count(IReadOnlyList<RequestLine> lines, Sides sides, IReadOnlyDictionary<string, long> connectionErrors)
    {
        var (canary, stable) = (default(Tally), default(Tally));
        var failures = new Dictionary<string, int>();
        var (canaryTimes, stableTimes) = (new List<long>(), new List<long>());
        var failed = new Dictionary<string, long>();
        foreach (var line in lines)
        {
            // Without any server left HAProxy names none: with only the canary in traffic that is the canary's.
            var ours = sides.Canaries.Contains(line.Server) || (line.Server == "<NOSRV>" && sides.Stables.Count == 0);
            if (!ours && !sides.Stables.Contains(line.Server))
                continue;
            var tally = Of(line);
            if (line.Failed)
                failed[line.Server] = failed.GetValueOrDefault(line.Server) + 1;
            if (ours)
            {
                canary += tally;
                canaryTimes.Add(line.Milliseconds);
                if (line.Failed)
                {
                    var text = string.Create(CultureInfo.InvariantCulture, $"{line.Method} {line.Path} ({(line.Status > 0 ? line.Status : line.Termination)})");
                    failures[text] = failures.GetValueOrDefault(text) + 1;
                }
            }
            else
            {
                stable += tally;
                stableTimes.Add(line.Milliseconds);
            }
        }

        foreach (var (server, errors) in connectionErrors)
        {
            var hidden = Math.Max(0, errors - failed.GetValueOrDefault(server));
            if (sides.Canaries.Contains(server))
                canary += new Tally(hidden, hidden);
            else if (sides.Stables.Contains(server))
                stable += new Tally(hidden, hidden);
        }

        return new TrafficWindow(canary, stable, null) { Failures = failures, Times = (canaryTimes, stableTimes) };
    }

    private Tally Of(RequestLine line)
    {
        var error = line.Failed ? 1 : 0;
        var critical = line.Failed && criticalPaths.Any(path => line.Path == path || line.Path.StartsWith(path.TrimEnd('/') + "/", StringComparison.Ordinal)) ? 1 : 0;
        var slot = line.At / Slot;
        if (_slots.TryGetValue(line.Server, out var last) && last == slot)
            return new Tally(1, error, Critical: critical);
        _slots[line.Server] = slot;
        return new Tally(1, error, 1, line.Milliseconds > limits.Stable ? 1 : 0, line.Milliseconds > limits.Objective ? 1 : 0, critical);
    }
}
