using System.Globalization;

namespace OpticWorks.Operations.Transactions.Leases;

/// <summary>How leases and freezes read. Times are shown in this computer's time zone.</summary>
internal static class LeaseTexts
{
    /// <summary>"mara@laptop since 14:12:03 for DeployBackend of r-… (renewed 2 s ago; expires 14:12:35 if it stops)".</summary>
    public static string Holding(LeaseRecord lease, DateTimeOffset now) =>
        $"{lease.Holder} since {Time(lease.Acquired, now)} for {lease.Holder.Reason} "
        + $"(renewed {Span(now - lease.Renewed)} ago; expires {Time(lease.Expires, now)} if it stops)";

    public static string Frozen(FreezeRecord freeze, DateTimeOffset now) =>
        $"{freeze.By} since {Time(freeze.Since, now)} {(freeze.Until is { } until ? $"until {Time(until, now)}" : "until it is thawed")}: {freeze.Reason}";

    public static OperationException Locked(string environment, LeaseReading reading, TimeSpan waited)
    {
        var suffix = waited > TimeSpan.Zero ? $" Waited {Span(waited)} for it." : "";
        if (reading.IsFrozen)
        {
            return new OperationException($"{environment} is frozen by {Frozen(reading.Freeze!, reading.Now)}.{suffix}", ExitCodes.Locked)
            { Next = $"./build.sh Thaw --environment {environment}" };
        }

        if (reading.Lease is not { } lease)
            return new OperationException($"{environment} was locked by somebody else a moment ago.{suffix} Run it again.", ExitCodes.Locked);
        return new OperationException(
            $"{environment} is locked by {Holding(lease, reading.Now)}.{(suffix.Length > 0 ? suffix : " Wait for it with --wait 10m.")}", ExitCodes.Locked)
        { Next = $"./build.sh Unlock --environment {environment} --reason \"…\"     only when {lease.Holder} does not work on it any more" };
    }

    public static string Time(DateTimeOffset time, DateTimeOffset now)
    {
        var (there, today) = (time.ToLocalTime(), now.ToLocalTime());
        return there.ToString(there.Date == today.Date ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 0 } => "0 s",
        { TotalSeconds: < 90 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} s"),
        { TotalMinutes: < 90 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0} h"),
    };
}
