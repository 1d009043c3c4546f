using System.Globalization;
using System.Text.RegularExpressions;

namespace OpticWorks.Operations.Toolchain;

/// <summary>A version as numbers, compared part by part; missing parts count as 0. Letters behind the numbers ("p1", "-rc.1") are ignored.</summary>
public sealed partial class ProgramVersion : IComparable<ProgramVersion>, IEquatable<ProgramVersion>
{
    private readonly int[] _parts;

    private ProgramVersion(string text, int[] parts)
    {
        Text = text;
        _parts = parts;
    }

    /// <summary>The digits and dots as they were written, for example "9.2".</summary>
    public string Text { get; }

    public int Major => Part(0);

    public int Minor => Part(1);

    public int Patch => Part(2);

    /// <summary>How many numbers were written: 1 for "22", 3 for "22.23.3".</summary>
    public int Length => _parts.Length;

    /// <summary>Reads "22", "v22.23.3" or "9.2p1".</summary>
    /// <exception cref="FormatException">It does not begin with a number.</exception>
    public static ProgramVersion Parse(string text) =>
        TryParse(text, out var version) ? version : throw new FormatException($"\"{text}\" is not a version");

    /// <summary>Reads "22", "v22.23.3" or "9.2p1"; false when it does not begin with a number of sane size.</summary>
    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ProgramVersion? version)
    {
        version = Of(Leading().Match(text.Trim()));
        return version is not null;
    }

    /// <summary>
    /// Finds the version in what a program prints for --version: the first dotted number ("systemd 252 (252.39-1)" gives
    /// 252.39), else the first number ("systemd 250"). Null when there is none.
    /// </summary>
    public static ProgramVersion? Find(string output) => Of(Dotted().Match(output)) ?? Of(Whole().Match(output));

    public int CompareTo(ProgramVersion? other)
    {
        if (other is null)
            return 1;
        for (var i = 0; i < Math.Max(_parts.Length, other._parts.Length); i++)
        {
            var order = Part(i).CompareTo(other.Part(i));
            if (order != 0)
                return order;
        }

        return 0;
    }

    public bool Equals(ProgramVersion? other) => other is not null && CompareTo(other) == 0;

    public override bool Equals(object? obj) => Equals(obj as ProgramVersion);

    public override int GetHashCode() => HashCode.Combine(Major, Minor, Patch);

    public override string ToString() => Text;

    private int Part(int index) => index < _parts.Length ? _parts[index] : 0;

    private static ProgramVersion? Of(Match match)
    {
        if (!match.Success)
            return null;
        var text = match.Groups[1].Value;
        var parts = new List<int>();
        foreach (var part in text.Split('.'))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return null;
            parts.Add(number);
        }

        return new ProgramVersion(text, [.. parts]);
    }

    [GeneratedRegex(@"^[vV=]?(\d+(?:\.\d+)*)")]
    private static partial Regex Leading();

    [GeneratedRegex(@"(?<![\d.])(\d+(?:\.\d+)+)")]
    private static partial Regex Dotted();

    [GeneratedRegex(@"(?<![\d.])(\d+)")]
    private static partial Regex Whole();
}
