using System.Globalization;
using System.Text.RegularExpressions;

namespace OpticWorks.Operations.Releases;

/// <summary><c>r-yyyyMMdd-HHmmss-COMMIT</c>: when a release was deployed (UTC) and from which commit. Sorts by time.</summary>
public sealed partial record ReleaseId
{
    private ReleaseId(string text) => Text = text;

    public string Text { get; }

    public static ReleaseId New(DateTimeOffset now, string? commit)
    {
        var shortCommit = commit is null ? "0000000" : new string([.. commit.Where(char.IsAsciiHexDigitLower).Take(7)]).PadRight(7, '0');
        return new ReleaseId($"r-{now.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}-{shortCommit}");
    }

    /// <exception cref="OperationException">The text is not a release id (exit 2).</exception>
    public static ReleaseId Parse(string text) => Form().IsMatch(text)
        ? new ReleaseId(text)
        : throw OperationException.Configuration($"\"{text}\" is not a release id such as r-20261122-141203-3f9c2ab");

    public override string ToString() => Text;

    [GeneratedRegex(@"\Ar-[0-9]{8}-[0-9]{6}-[0-9a-f]{7}\z")]
    private static partial Regex Form();
}
