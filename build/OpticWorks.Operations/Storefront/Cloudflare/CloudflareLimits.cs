namespace OpticWorks.Operations.Storefront.Cloudflare;

/// <summary>How long Cloudflare is waited for, and how often it is asked.</summary>
public sealed record CloudflareLimits
{
    public static CloudflareLimits Default { get; } = new();

    /// <summary>The longest time of one request, beside what its body takes on the slowest line.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The slowest sending that still will do, in bytes a second: a quarter of half a megabit, because four images are uploaded at once.</summary>
    public long SlowestLine { get; init; } = 16 * 1024;

    /// <summary>Tries of one request, the first included.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>The pause after the first failed try; it doubles.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest pause that an answer may ask for (Retry-After).</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest time until a deployment that was accepted is seen.</summary>
    public TimeSpan ReadBack { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest time until a page is served by the version that the request names.</summary>
    public TimeSpan Propagation { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest time of one page or file.</summary>
    public TimeSpan Page { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest run of wrangler; a bundle with thousands of files takes a while.</summary>
    public TimeSpan Upload { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Time between two looks at the pages.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromSeconds(1);

    /// <param name="body">Bytes that are sent.</param>
    internal TimeSpan LongestRequest(long body) => Request + TimeSpan.FromSeconds((double)body / SlowestLine);

    /// <summary>The pause after a failed try: what the answer asks for, else one that doubles.</summary>
    /// <param name="attempt">The first is 1.</param>
    internal TimeSpan PauseAfter(int attempt, TimeSpan? asked) =>
        asked is { } wish ? TimeSpan.FromTicks(Math.Clamp(wish.Ticks, 0, RetryAfter.Ticks)) : Pause * Math.Pow(2, attempt - 1);
}
