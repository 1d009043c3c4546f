namespace OpticWorks.Operations.Objects;

/// <summary>How long a request to the object store may take, and how often it is tried.</summary>
public sealed record RequestLimits
{
    public static RequestLimits Default { get; } = new();

    /// <summary>The longest time without a byte sent or an answer before a try counts as stuck.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes a second; a transfer that is slower than this over <see cref="Stall"/> counts as stuck.</summary>
    public long LeastRate { get; init; } = 64 << 10;

    /// <summary>Tries of one request, the first included.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>The pause after the first failed try; it doubles from try to try, and half of it is random.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>The longest time that one try may take with a body of so many bytes.</summary>
    public TimeSpan Total(long bytes) => Stall + TimeSpan.FromSeconds((double)bytes / LeastRate);

    /// <summary>The pause after the try with this number (1 is the first).</summary>
    /// <param name="random">Between 0 and 1.</param>
    public TimeSpan Pause(int attempt, double random)
    {
        var full = Math.Min(LongestPause.TotalMilliseconds, FirstPause.TotalMilliseconds * Math.Pow(2, attempt - 1));
        return TimeSpan.FromMilliseconds(full * (0.5 + random / 2));
    }
}
