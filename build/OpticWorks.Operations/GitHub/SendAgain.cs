using System.Globalization;

namespace OpticWorks.Operations.GitHub;

/// <summary>What GitHub answered, as far as it decides whether to send once more.</summary>
/// <param name="Method">GET, POST, PATCH.</param>
/// <param name="Status">Null: there was no answer.</param>
/// <param name="Sent">False: the connection was never made, so nothing can have been carried out.</param>
public sealed record GitHubAnswer(string Method, int? Status, bool Sent = true)
{
    public string? RetryAfter { get; init; }

    public string? Remaining { get; init; }

    /// <summary>Seconds since 1970, UTC.</summary>
    public string? Reset { get; init; }

    /// <summary>What the answer says went wrong.</summary>
    public string Message { get; init; } = "";

    /// <summary>Whether it refused for too many requests, whichever of its limits that was.</summary>
    public bool IsLimited => Status == 429
        || Status == 403 && (RetryAfter is not null || Remaining == "0" || Message.Contains("secondary rate limit", StringComparison.OrdinalIgnoreCase));
}

/// <summary>
/// When a request is sent again: as GitHub asks for (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api, "Exceeding the rate
/// limit"): after Retry-After; else when x-ratelimit-reset comes; else after a minute, doubled each time. Faults pass sooner.
/// </summary>
public static class SendAgain
{
    private static readonly TimeSpan Secondary = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Fault = TimeSpan.FromSeconds(1);

    /// <summary>How long to wait before sending it again; null: not again.</summary>
    /// <param name="attempt">1 for the first.</param>
    /// <param name="waited">What this call has waited already.</param>
    public static TimeSpan? After(GitHubAnswer answer, int attempt, TimeSpan waited, GitHubLimits limits, DateTimeOffset now)
    {
        if (attempt >= limits.Attempts)
            return null;
        var wait = Wanted(answer, attempt, now);
        return wait is { } time && waited + time <= limits.Wait ? time : null;
    }

    private static TimeSpan? Wanted(GitHubAnswer answer, int attempt, DateTimeOffset now)
    {
        if (answer.IsLimited)
        {
            if (Number(answer.RetryAfter) is { } seconds)
                return TimeSpan.FromSeconds(seconds);
            if (answer.Remaining == "0" && Number(answer.Reset) is { } reset)
                return Later(DateTimeOffset.FromUnixTimeSeconds(reset) - now);
            return Secondary * Math.Pow(2, attempt - 1);
        }

        // What may have been carried out is not sent again: a second comment or deployment would stand beside the first.
        var safe = answer.Method is "GET" or "PATCH" || !answer.Sent;
        return safe && answer.Status is null or 500 or 502 or 503 or 504 && safe ? Fault * Math.Pow(2, attempt - 1) : null;
    }

    private static TimeSpan Later(TimeSpan time) => time < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : time;

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
