namespace OpticWorks.Operations.Database.Lint;

/// <summary>What a migration means for the release before it.</summary>
public enum MigrationPhase
{
    /// <summary>The release before it works on the new schema as on the old one.</summary>
    Expand,

    /// <summary>The release before it fails on the new schema: no canary and no rollback across it.</summary>
    Contract,

    /// <summary>It destroys data; no "down" brings that back.</summary>
    Irreversible,
}

/// <summary>A migration's phase, and why.</summary>
/// <param name="FitsOldRelease">The release before it still works.</param>
/// <param name="LosesData">Only a backup brings back what it destroys.</param>
/// <param name="Reasons">One for each statement that decides it, or the file's own word.</param>
public sealed record MigrationClass(bool FitsOldRelease, bool LosesData, IReadOnlyList<string> Reasons)
{
    /// <summary>What a remark in the file begins with that decides the phase: "opticworks: expand because nobody reads it yet".</summary>
    public const string Note = "opticworks:";

    /// <summary>What a remark begins with that accepts a rule: "opticworks-accept: create-index the shop is closed meanwhile".</summary>
    public const string AcceptNote = "opticworks-accept:";

    public MigrationPhase Phase => LosesData ? MigrationPhase.Irreversible : FitsOldRelease ? MigrationPhase.Expand : MigrationPhase.Contract;

    /// <summary>From what was found in its statements, unless its file says otherwise.</summary>
    public static MigrationClass Of(IReadOnlyList<Finding> findings, IReadOnlyList<string> notes)
    {
        var note = notes.FirstOrDefault(text => text.StartsWith(Note, StringComparison.Ordinal))?[Note.Length..].Trim();
        var reasons = note is null ? null : (IReadOnlyList<string>)[$"its file says: {note}"];
        switch (note?.Split(' ', 2)[0].TrimEnd(',', ':', '.').ToLowerInvariant())
        {
            case "expand":
                return new MigrationClass(true, false, reasons!);
            case "contract":
                return new MigrationClass(false, false, reasons!);
            case "irreversible":
                return new MigrationClass(false, true, reasons!);
        }

        var breaking = findings.Where(finding => finding is { Concern: Concern.Contract, Warning: false }).ToList();
        var losing = findings.Where(finding => finding.Concern == Concern.DataLoss).ToList();
        return new MigrationClass(breaking.Count == 0, losing.Count > 0,
            [.. breaking.Concat(losing).Select(finding => $"{finding.Table ?? finding.Statement}: {finding.Why}").Distinct()]);
    }

    /// <summary>The reason with which a rule is accepted in the file; null: it is not.</summary>
    public static string? Accepted(IReadOnlyList<string> notes, string rule)
    {
        foreach (var note in notes.Where(text => text.StartsWith(AcceptNote, StringComparison.Ordinal)))
        {
            var words = note[AcceptNote.Length..].Trim().Split(' ', 2);
            if (words[0].TrimEnd(':', ',') == rule)
                return words.Length > 1 ? words[1].Trim() : "no reason is given";
        }

        return null;
    }
}
