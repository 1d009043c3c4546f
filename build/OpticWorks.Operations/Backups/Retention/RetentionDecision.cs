using System.Globalization;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Backups.Retention;

/// <summary>A backup as retention sees it.</summary>
/// <param name="Usable">Its manifest is whole and its object is there.</param>
/// <param name="Verified">Proved by a restore, and not found damaged since.</param>
public sealed record RetentionItem(BackupId Id, bool Usable, bool Verified);

/// <summary>What becomes of a backup.</summary>
/// <param name="Reasons">Why it is kept; or the one why it may go.</param>
public sealed record RetentionVerdict(BackupId Id, bool Keep, IReadOnlyList<string> Reasons)
{
    public string Reason => string.Join(", ", Reasons);
}

/// <summary>
/// Decides which backups are kept. Buckets are counted by backups, not by the calendar: days without one take no place, so missed runs never
/// eat old backups. Every database stands for itself.
/// </summary>
public static class RetentionDecision
{
    /// <summary>Our clock may be this far behind the one that named a backup.</summary>
    private static readonly TimeSpan Future = TimeSpan.FromMinutes(10);

    /// <returns>A verdict for each, the newest first.</returns>
    public static IReadOnlyList<RetentionVerdict> Decide(IEnumerable<RetentionItem> items, RetentionSettings policy, DateTimeOffset now) =>
        [.. items.GroupBy(item => item.Id.Database).SelectMany(database => Decide([.. database], policy, now))
            .OrderByDescending(verdict => verdict.Id.Text, StringComparer.Ordinal)];

    private static IEnumerable<RetentionVerdict> Decide(List<RetentionItem> items, RetentionSettings policy, DateTimeOffset now)
    {
        var reasons = items.ToDictionary(item => item.Id, _ => new List<string>());
        foreach (var item in items.Where(item => !item.Usable))
            reasons[item.Id].Add("cannot be judged: look at it, then remove it by hand");
        // A date in the future must not push today's backups out of their buckets.
        foreach (var item in items.Where(item => item.Usable && item.Id.At > now + Future))
            reasons[item.Id].Add("dated in the future");
        var counted = items.Where(item => item.Usable && item.Id.At <= now + Future)
            .OrderByDescending(item => item.Id.At).ThenByDescending(item => item.Id.Text, StringComparer.Ordinal).ToList();

        if (counted.FirstOrDefault(item => item.Verified) is { } verified)
            reasons[verified.Id].Add("newest verified");
        else if (items.FirstOrDefault(item => item.Usable && item.Verified) is null)
        {
            foreach (var item in counted)
                reasons[item.Id].Add("none is verified yet: run RestoreDrill");
        }

        foreach (var (item, i) in counted.Take(policy.Last).Select((item, i) => (item, i)))
            reasons[item.Id].Add($"last {i + 1} of {policy.Last}");
        Bucket(counted, policy.Daily, "day", at => at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), reasons);
        Bucket(counted, policy.Weekly, "week", at => $"{ISOWeek.GetYear(at)}-W{ISOWeek.GetWeekOfYear(at):00}", reasons);
        Bucket(counted, policy.Monthly, "month", at => at.ToString("yyyy-MM", CultureInfo.InvariantCulture), reasons);
        return reasons.Select(pair => new RetentionVerdict(pair.Key, pair.Value.Count > 0, pair.Value.Count > 0 ? pair.Value : ["in no place of the policy"]));
    }

    /// <summary>Keeps one of each of the newest buckets: the newest verified one in it, else the newest.</summary>
    /// <param name="counted">The newest first.</param>
    private static void Bucket(
        IReadOnlyList<RetentionItem> counted, int count, string what, Func<DateTime, string> name, Dictionary<BackupId, List<string>> reasons)
    {
        foreach (var bucket in counted.GroupBy(item => name(item.Id.At.UtcDateTime)).Take(count))
        {
            var kept = bucket.FirstOrDefault(item => item.Verified) ?? bucket.First();
            reasons[kept.Id].Add($"{what} {bucket.Key}");
        }
    }
}
