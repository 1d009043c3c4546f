using System.Diagnostics;
using System.Globalization;

namespace OpticWorks.Operations.Backups.Dumps;

/// <summary>Says from time to time how far a stream is, how fast, and how long it may still take.</summary>
/// <param name="expected">Bytes in all as far as one can tell; null: nobody knows.</param>
internal sealed class DumpProgress(string topic, long? expected, INarrator narrator)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _said;
    private long _bytes;

    public void Add(int bytes)
    {
        _bytes += bytes;
        if (_clock.Elapsed - _said < Interval)
            return;
        _said = _clock.Elapsed;
        narrator.Say(topic, Line(_bytes, expected, _clock.Elapsed));
    }

    public static string Line(long bytes, long? expected, TimeSpan elapsed)
    {
        var rate = bytes / Math.Max(0.001, elapsed.TotalSeconds);
        var line = $"{Size(bytes)}, {Size((long)rate)}/s";
        return expected is { } all && all > bytes && rate > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{line}, about {Size(all)} in all, about {(all - bytes) / rate:0} s left") : line;
    }

    /// <summary>In MiB, and GiB from 10 GiB on.</summary>
    public static string Size(long bytes) => bytes >= 10L << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 30):0.0} GiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0.0} MiB");
}
