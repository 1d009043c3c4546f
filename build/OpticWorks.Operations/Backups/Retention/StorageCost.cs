using System.Globalization;

namespace OpticWorks.Operations.Backups.Retention;

/// <summary>What R2 asks for the backups, at its list price of 2026 without the free share (10 GB, 1 million class A operations).</summary>
public static class StorageCost
{
    private const double PerGigabyteMonth = 0.015;

    private const double PerMillionWrites = 4.50;

    /// <param name="bytes">Of all backups.</param>
    /// <param name="writesPerMonth">Class A operations: parts, manifests, lists.</param>
    public static string Line(int backups, long bytes, double writesPerMonth) => string.Create(CultureInfo.InvariantCulture,
        $"{backups} backups, {bytes / 1e9:0.00} GB: about ${bytes / 1e9 * PerGigabyteMonth + writesPerMonth / 1e6 * PerMillionWrites:0.00} a month at R2's list price (${PerGigabyteMonth} per GB, ${PerMillionWrites:0.00} per million writes; downloads are free)");
}
