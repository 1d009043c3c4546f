using OpticWorks.Operations.Database.Migrations;

namespace OpticWorks.Operations.Database.Ledger;

/// <summary>A migration that a run means to apply, or has applied.</summary>
/// <param name="Sha256">Of its file; empty: it has none (a link's table).</param>
/// <param name="FitsOldRelease">The release before it works on the schema after it.</param>
/// <param name="LosesData">It destroys data.</param>
public sealed record LedgerMigration(MigrationKind Kind, string Module, string Name, string Sha256, bool FitsOldRelease, bool LosesData);

/// <summary>A migration in the ledger.</summary>
/// <param name="Release">The release whose Migrate applied it.</param>
public sealed record LedgerEntry(LedgerMigration Migration, string Release, string Run, DateTimeOffset AppliedAt);

/// <summary>A run of Migrate or of RevertMigrations.</summary>
/// <param name="Id">Short and random; also in the application_name of its Medusa's sessions.</param>
/// <param name="Expected">What it set out to apply or to take back.</param>
/// <param name="Code">Digest of the release's migrations, links and scripts.</param>
/// <param name="Result">Null: it has not said how it ended.</param>
/// <param name="FingerprintAfter">The schema's fingerprint when it was proved; null: it was not.</param>
public sealed record LedgerRun(
    string Id, string Release, string Owner, bool Reverts, DateTimeOffset StartedAt, IReadOnlyList<LedgerMigration> Expected, string Code, string? Result, string? FingerprintAfter)
{
    /// <summary>The result of a run whose outcome was proved.</summary>
    public const string Proved = "proved";
}
