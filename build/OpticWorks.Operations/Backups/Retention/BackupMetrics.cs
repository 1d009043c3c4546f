using System.Globalization;
using System.Text;

namespace OpticWorks.Operations.Backups.Retention;

/// <summary>What a monitor should know, in Prometheus' text format. Every series is always there: one that is absent cannot alarm.</summary>
public static class BackupMetrics
{
    public static string Text(string environment, Freshness freshness, IReadOnlyList<BackupEntry> entries)
    {
        var labels = $"{{environment=\"{Escape(environment)}\",database=\"{Escape(freshness.Database)}\"}}";
        var text = new StringBuilder();
        Add("backup_verified_timestamp_seconds", "Snapshot time of the newest backup that a restore verified; 0: none.", freshness.Newest?.Id.At.ToUnixTimeSeconds() ?? 0);
        Add("backup_fresh", "1 when the newest verified backup is no older than the policy allows.", freshness.IsFresh ? 1 : 0);
        Add("backup_fresh_within_seconds", "The greatest age that the policy allows.", (long)freshness.Within.TotalSeconds);
        Add("backup_last_timestamp_seconds", "Snapshot time of the newest backup, verified or not; 0: none.",
            entries.Where(entry => entry.Manifest is not null).Select(entry => entry.Id.At.ToUnixTimeSeconds()).DefaultIfEmpty(0).Max());
        Add("backup_count", "Backups that can be used.", entries.Count(entry => entry.Manifest is not null));
        Add("backup_unusable_count", "Backups that cannot be used.", entries.Count(entry => entry.Manifest is null));
        Add("backup_bytes", "Bytes of all backups.", entries.Sum(entry => entry.Manifest?.Length ?? 0));
        return text.ToString();

        void Add(string name, string help, long value) => text.Append(CultureInfo.InvariantCulture,
            $"# HELP opticworks_{name} {help}\n# TYPE opticworks_{name} gauge\nopticworks_{name}{labels} {value}\n");
    }

    private static string Escape(string value) => value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");
}
