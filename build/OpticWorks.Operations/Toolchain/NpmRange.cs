using System.Text.RegularExpressions;

namespace OpticWorks.Operations.Toolchain;

/// <summary>
/// A range as npm writes it in engines ("^20.19.0 || >=22.12.0", "22.x", "20 - 22"): alternatives, each a <see cref="VersionRange"/>.
/// Grammar: the "ranges" section of npm's semver package. Suffixes of previews are ignored.
/// </summary>
public sealed partial record NpmRange(string Text, IReadOnlyList<VersionRange> Alternatives)
{
    /// <summary>Any version.</summary>
    public static readonly NpmRange Any = new("*", [new VersionRange(null, null)]);

    public bool Contains(ProgramVersion version) => Alternatives.Any(alternative => alternative.Contains(version));

    /// <summary>The first alternative that holds the version.</summary>
    public VersionRange? AlternativeOf(ProgramVersion version) => Alternatives.FirstOrDefault(alternative => alternative.Contains(version));

    public override string ToString() => Text;

    /// <summary>Reads it.</summary>
    /// <exception cref="FormatException">It is no such range; says which part.</exception>
    public static NpmRange Parse(string text)
    {
        var alternatives = text.Split("||").Select(Alternative).ToList();
        return new NpmRange(text.Trim(), alternatives);
    }

    private static VersionRange Alternative(string text)
    {
        if (Hyphen().Match(text) is { Success: true } hyphen)
            return Comparator(">=", hyphen.Groups[1].Value).And(Comparator("<=", hyphen.Groups[2].Value));

        var rest = text.Trim();
        var range = new VersionRange(null, null);
        while (rest.Length > 0)
        {
            var match = Part().Match(rest);
            if (!match.Success)
                throw new FormatException($"\"{rest}\" is not a version range of npm");
            range = range.And(Comparator(match.Groups[1].Value, match.Groups[2].Value));
            rest = rest[match.Length..];
        }

        return range;
    }

    private static VersionRange Comparator(string sign, string text)
    {
        var numbers = text.TrimStart('v', '=').Split('-', '+')[0].Split('.').TakeWhile(part => part is not ("x" or "X" or "*")).ToList();
        if (numbers.Count == 0)
            return new VersionRange(null, null);
        if (!ProgramVersion.TryParse(string.Join('.', numbers), out var version))
            throw new FormatException($"\"{text}\" is not a version");
        return sign switch
        {
            ">=" => new VersionRange(version, null),
            ">" => new VersionRange(After(version, version.Length), null),
            "<" => new VersionRange(null, version),
            "<=" => new VersionRange(null, After(version, version.Length)),
            // ~1.2.3 and ~1.2 stay below 1.3; ~1 stays below 2.
            "~" or "~>" => new VersionRange(version, After(version, Math.Min(version.Length, 2))),
            // ^ keeps the first number that is not 0.
            "^" => new VersionRange(version, After(version, version.Major > 0 || version.Length == 1 ? 1 : version.Minor > 0 || version.Length == 2 ? 2 : 3)),
            _ => new VersionRange(version, After(version, version.Length)),
        };
    }

    /// <summary>The first version behind all that begin with the same <paramref name="numbers"/> numbers.</summary>
    private static ProgramVersion After(ProgramVersion version, int numbers) => ProgramVersion.Parse(numbers switch
    {
        1 => $"{version.Major + 1}",
        2 => $"{version.Major}.{version.Minor + 1}",
        _ => $"{version.Major}.{version.Minor}.{version.Patch + 1}",
    });

    [GeneratedRegex(@"^\s*(\S+)\s+-\s+(\S+)\s*$")]
    private static partial Regex Hyphen();

    [GeneratedRegex(@"^(>=|<=|>|<|=|~>|~|\^)?\s*(v?(?:\d+|[xX*])(?:\.(?:\d+|[xX*]))*(?:[-+][0-9A-Za-z.+-]+)?)(?:\s+|$)")]
    private static partial Regex Part();
}
