using System.Globalization;
using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Backups.Dumps;
using OpticWorks.Operations.Backups.Retention;

namespace OpticWorks.Build.Output;

/// <summary>The backups as a person reads them.</summary>
internal static class BackupTable
{
    private const double DaysPerMonth = 30.4;

    /// <summary>Parts of 16 MiB, and a dozen requests around them.</summary>
    private const int RequestsPerBackup = 12, PartLength = 16 << 20;

    public static IEnumerable<string> Lines(IReadOnlyList<BackupRow> rows)
    {
        if (rows.Count == 0)
        {
            yield return "There is no backup.";
            yield break;
        }

        var width = rows.Max(row => row.Id.Length) + 2;
        yield return $"{"ID".PadRight(width)}{"RELEASE",-28}{"AGE",-12}{"SIZE",-12}{"VERIFIED",-18}KEPT BECAUSE";
        foreach (var row in rows)
        {
            var verified = row.Problem is not null ? "DAMAGED" : row.Verified is { } at ? at.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "no";
            var size = row.Length is { } length ? DumpProgress.Size(length) : "–";
            yield return $"{row.Id.PadRight(width)}{row.Release ?? "–",-28}{Age(TimeSpan.FromSeconds(row.AgeSeconds)),-12}{size,-12}{verified,-18}{(row.Kept ? row.Why : "may go: " + row.Why)}";
            if (row.Problem is not null)
                yield return $"  {row.Problem}";
        }
    }

    /// <summary>What the bucket costs at the pace of the last month.</summary>
    public static string Cost(IReadOnlyList<BackupEntry> entries, DateTimeOffset now)
    {
        var usable = entries.Select(entry => entry.Manifest).OfType<Operations.Backups.Manifests.BackupManifest>().ToList();
        var recent = usable.Where(manifest => now - manifest.At < TimeSpan.FromDays(DaysPerMonth));
        return StorageCost.Line(usable.Count, usable.Sum(manifest => manifest.Length), recent.Sum(manifest => manifest.Length / PartLength + RequestsPerBackup));
    }

    private static string Age(TimeSpan age) => age.TotalHours switch
    {
        < 0 => "in future",
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{age.TotalMinutes:0} min"),
        < 48 => string.Create(CultureInfo.InvariantCulture, $"{age.TotalHours:0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{age.TotalDays:0} days"),
    };
}
