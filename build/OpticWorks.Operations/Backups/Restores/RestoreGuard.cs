using System.Globalization;
using OpticWorks.Operations.Backups.Dumps;
using OpticWorks.Operations.Backups.Manifests;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Backups.Restores;

/// <summary>What stands between a typing error and a production database.</summary>
public static class RestoreGuard
{
    /// <summary>What must be typed, for example "db medusa-production 26h": host, database, and the age of what comes back.</summary>
    public static string Phrase(BackupManifest manifest, DatabaseSite site, DateTimeOffset now) =>
        $"{site.Host.Name} {site.Name} {Age(now - manifest.At)}";

    /// <summary>Fails unless the phrase was typed. The age may be off by a tenth or an hour, because time goes on while one types.</summary>
    /// <exception cref="OperationException">It was not (exit 2).</exception>
    public static void RequireTyped(BackupManifest manifest, DatabaseSite site, string? typed, DateTimeOffset now)
    {
        var phrase = Phrase(manifest, site, now);
        var words = (typed ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var age = now - manifest.At;
        var most = TimeSpan.FromTicks(Math.Max(age.Ticks / 10, TimeSpan.TicksPerHour));
        if (words.Length == 3 && words[0] == site.Host.Name && words[1] == site.Name
            && Duration.TryParse(words[2], out var typedAge) && (typedAge - age).Duration() <= most)
            return;
        throw OperationException.Configuration(
            typed is null ? $"{site} would be replaced by what it was {Age(age)} ago; that needs its confirmation" : $"\"{typed}\" does not confirm this restore",
            $"--confirm-restore \"{phrase}\"", site.ToString());
    }

    /// <summary>Why a backup must not become this database; null: it may.</summary>
    /// <param name="systemIdentifier">Of the server that is connected now.</param>
    /// <param name="acceptServer">The identifier of another server whose backup is wanted all the same; null: none.</param>
    public static string? Problem(BackupManifest manifest, DatabaseSite site, string systemIdentifier, string? acceptServer)
    {
        if (manifest.Database != site.Name)
            return $"{manifest.Id} is of the database {manifest.Database}, and the environment's is {site.Name}";
        return manifest.SystemIdentifier == systemIdentifier || manifest.SystemIdentifier == acceptServer ? null
            : $"{manifest.Id} is of another server (system identifier {manifest.SystemIdentifier}, environment {manifest.Environment}); connected to {systemIdentifier}";
    }

    private static string Age(TimeSpan age) => age.TotalHours >= 120 ? string.Create(CultureInfo.InvariantCulture, $"{age.TotalDays:0}d")
        : age.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{age.TotalHours:0}h")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, age.TotalMinutes):0}m");
}
