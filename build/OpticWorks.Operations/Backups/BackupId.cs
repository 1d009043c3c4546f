using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace OpticWorks.Operations.Backups;

/// <summary>
/// A backup's name: when its snapshot was taken (UTC), the database, and four random digits, for example
/// <c>2026-11-26T140512Z-medusa-production-3f9c</c>. Names sort by time.
/// </summary>
public sealed partial record BackupId
{
    private const string TimeFormat = "yyyy-MM-dd'T'HHmmss'Z'";

    private BackupId(string text, DateTimeOffset at, string database) => (Text, At, Database) = (text, at, database);

    public string Text { get; }

    /// <summary>To the second.</summary>
    public DateTimeOffset At { get; }

    public string Database { get; }

    public static BackupId New(DateTimeOffset at, string database) =>
        Parse($"{at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}-{database}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}");

    /// <exception cref="OperationException">It is not a backup's name (exit 2).</exception>
    public static BackupId Parse(string text) => TryParse(text)
        ?? throw OperationException.Configuration($"\"{text}\" is not a backup's id", "./build.sh ListBackups --environment …");

    public static BackupId? TryParse(string text)
    {
        var match = Form().Match(text);
        return match.Success && DateTimeOffset.TryParseExact(match.Groups[1].Value, TimeFormat, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var at) ? new BackupId(text, at, match.Groups[2].Value) : null;
    }

    public override string ToString() => Text;

    [GeneratedRegex(@"\A(\d{4}-\d\d-\d\dT\d{6}Z)-([A-Za-z0-9_.-]{1,63})-[0-9a-f]{4}\z")]
    private static partial Regex Form();
}
