namespace OpticWorks.Operations.Toolchain;

/// <summary>From a version, inclusive, up to another, exclusive; null is no limit on that side.</summary>
public sealed record VersionRange(ProgramVersion? Minimum, ProgramVersion? Maximum)
{
    /// <summary>From <paramref name="minimum"/>, inclusive, to <paramref name="maximum"/>, exclusive.</summary>
    public static VersionRange Of(string minimum, string maximum) => new(ProgramVersion.Parse(minimum), ProgramVersion.Parse(maximum));

    public static VersionRange From(string minimum) => new(ProgramVersion.Parse(minimum), null);

    /// <summary>Exactly this version of three numbers.</summary>
    public static VersionRange Exactly(ProgramVersion version) =>
        new(version, ProgramVersion.Parse($"{version.Major}.{version.Minor}.{version.Patch + 1}"));

    public bool Contains(ProgramVersion version) =>
        (Minimum is null || version.CompareTo(Minimum) >= 0) && (Maximum is null || version.CompareTo(Maximum) < 0);

    /// <summary>What both hold; nothing when they do not meet.</summary>
    public VersionRange And(VersionRange other) => new(
        Minimum is null || other.Minimum?.CompareTo(Minimum) > 0 ? other.Minimum : Minimum,
        Maximum is null || other.Maximum?.CompareTo(Maximum) < 0 ? other.Maximum : Maximum);

    /// <summary>It names one version of three numbers.</summary>
    public bool IsExact => Minimum is { Length: 3 } && Exactly(Minimum) == this;

    /// <summary>For people: ">= 2.6, &lt; 4".</summary>
    public override string ToString() => (Minimum, Maximum) switch
    {
        (null, null) => "any version",
        ({ } from, null) => $">= {from}",
        (null, { } to) => $"< {to}",
        ({ } from, { } to) => $">= {from}, < {to}",
    };
}
