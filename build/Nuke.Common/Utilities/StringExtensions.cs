namespace Nuke.Common.Utilities;

/// <summary>Joins, quotes, splits and compares text; comparisons are ordinal and ignore case.</summary>
public static class StringExtensions
{
    private static readonly string[] KnownWords =
    [
        "DotNet", "GitHub", "GitVersion", "MSBuild", "NuGet", "ReSharper", "AppVeyor", "TeamCity", "GitLab", "SignPath", "JetBrains"
    ];

    public static bool IsNullOrEmpty(this string str) => string.IsNullOrEmpty(str);

    public static bool IsNullOrWhiteSpace(this string str) => string.IsNullOrWhiteSpace(str);

    public static string JoinSpace(this IEnumerable<string> values) => string.Join(' ', values);

    public static string JoinDash(this IEnumerable<string> values) => string.Join('-', values);

    public static string JoinUnderscore(this IEnumerable<string> values) => string.Join('_', values);

    public static string JoinComma(this IEnumerable<string> values) => string.Join(',', values);

    public static string JoinCommaSpace(this IEnumerable<string> values) => string.Join(", ", values);

    public static string JoinCommaOr(this IEnumerable<string> values) => JoinCommaLast(values, "or");

    public static string JoinCommaAnd(this IEnumerable<string> values) => JoinCommaLast(values, "and");

    public static string JoinNewLine(this IEnumerable<string> values, PlatformFamily? platformFamily = null)
    {
        var isWindows = (platformFamily ?? EnvironmentInfo.Platform) == PlatformFamily.Windows;
        return string.Join(isWindows ? "\r\n" : "\n", values);
    }

    public static string DoubleQuoteIfNeeded(this string str) => str.DoubleQuoteIfNeeded(' ');

    public static string DoubleQuoteIfNeeded(this string str, params char?[] disallowed) =>
        NeedsQuotes(str, disallowed) && !str.IsDoubleQuoted() ? str.DoubleQuote() : str;

    public static string DoubleQuote(this string str) => $"\"{str?.Replace("\"", "\\\"")}\"";

    public static string SingleQuoteIfNeeded(this string str) => str.SingleQuoteIfNeeded(' ');

    public static string SingleQuoteIfNeeded(this string str, params char?[] disallowed) =>
        NeedsQuotes(str, disallowed) && !str.IsSingleQuoted() ? str.SingleQuote() : str;

    public static string SingleQuote(this string str) => $"'{str?.Replace("'", "\\'")}'";

    public static bool IsDoubleQuoted(this string str) => IsBetween(str, '"');

    public static bool IsSingleQuoted(this string str) => IsBetween(str, '\'');

    /// <summary>Splits before each word that begins with a capital; the exclusions stay whole.</summary>
    public static IEnumerable<string> SplitCamelHumps(this string str, params string[] exclusions)
    {
        var start = 0;
        for (var i = 0; i < str.Length; i++)
        {
            if (exclusions.FirstOrDefault(word => string.CompareOrdinal(str, i, word, 0, word.Length) == 0) is { } known)
            {
                if (i > start)
                    yield return str[start..i];
                start = i + known.Length;
                yield return known;
                i = start - 1;
            }
            else if (i > start && IsHump(str, i))
            {
                yield return str[start..i];
                start = i;
            }
        }

        if (start < str.Length)
            yield return str[start..];
    }

    /// <summary>As <see cref="SplitCamelHumps"/>, with names such as GitHub or NuGet kept whole.</summary>
    public static IEnumerable<string> SplitCamelHumpsWithKnownWords(this string str) => str.SplitCamelHumps(KnownWords);

    public static bool ContainsOrdinalIgnoreCase(this string str, string other) => str.Contains(other, StringComparison.OrdinalIgnoreCase);

    public static bool EqualsOrdinalIgnoreCase(this string str, string other) => string.Equals(str, other, StringComparison.OrdinalIgnoreCase);

    public static bool StartsWithOrdinalIgnoreCase(this string str, string other) => str.StartsWith(other, StringComparison.OrdinalIgnoreCase);

    public static bool EndsWithOrdinalIgnoreCase(this string str, string other) => str.EndsWith(other, StringComparison.OrdinalIgnoreCase);

    public static string TrimEnd(this string str, string trim) => str.EndsWith(trim, StringComparison.Ordinal) ? str[..^trim.Length] : str;

    public static string TrimStart(this string str, string trim) => str.StartsWith(trim, StringComparison.Ordinal) ? str[trim.Length..] : str;

    public static string TrimMatchingDoubleQuotes(this string str) => str.IsDoubleQuoted() ? str[1..^1] : str;

    public static string TrimMatchingSingleQuotes(this string str) => str.IsSingleQuoted() ? str[1..^1] : str;

    private static string JoinCommaLast(IEnumerable<string> values, string word)
    {
        var all = values.ToList();
        return all.Count < 2 ? string.Concat(all) : $"{all[..^1].JoinCommaSpace()} {word} {all[^1]}";
    }

    private static bool NeedsQuotes(string str, char?[] disallowed) =>
        string.IsNullOrEmpty(str) || disallowed.Any(character => character is { } value && str.Contains(value));

    private static bool IsBetween(string str, char quote) => str is { Length: > 1 } && str[0] == quote && str[^1] == quote;

    private static bool IsHump(string str, int index) =>
        char.IsUpper(str[index])
        && (char.IsLower(str[index - 1])
            || char.IsDigit(str[index - 1])
            || (char.IsUpper(str[index - 1]) && index + 1 < str.Length && char.IsLower(str[index + 1])));
}
