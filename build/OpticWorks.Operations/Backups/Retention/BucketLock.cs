using System.Text.Json;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Backups.Retention;

/// <summary>
/// R2's bucket-lock rule that makes backups immutable for a while: no key of S3 can shorten it. It is Cloudflare's own API, not S3, so the
/// rule is printed for whoever may set it.
/// </summary>
public static class BucketLock
{
    /// <summary>Backups' ids begin with the year, so probes and whatever else has the prefix stay removable.</summary>
    private const string YearsOfThisCentury = "20";

    /// <summary>As long as one backup a day is kept, at least a day.</summary>
    public static int Days(RetentionSettings policy) => Math.Max(1, policy.Daily);

    /// <summary>The body of <c>PUT /accounts/ACCOUNT/r2/buckets/BUCKET/lock</c>.</summary>
    public static string Rules(BackupSettings backups) => JsonSerializer.Serialize(new
    {
        rules = new[]
        {
            new
            {
                id = "opticworks-backups",
                enabled = true,
                prefix = backups.Prefix + YearsOfThisCentury,
                condition = new { type = "Age", maxAgeSeconds = Days(backups.Retention) * 86400 },
            },
        },
    }, new JsonSerializerOptions { WriteIndented = true });

    /// <summary>The same with wrangler.</summary>
    public static string Command(BackupSettings backups) =>
        $"wrangler r2 bucket lock add {backups.Bucket} opticworks-backups {backups.Prefix}{YearsOfThisCentury} --retention-days {Days(backups.Retention)}";
}
