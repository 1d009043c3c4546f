using Npgsql;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Operations.Database.Ledger;

/// <summary>Keeps a release away from a schema that the ledger knows it does not fit.</summary>
public static class ContractGuard
{
    /// <summary>The contracts that were applied for releases after this one. Ids of releases are in the order of their time.</summary>
    public static IReadOnlyList<LedgerEntry> Crossed(IReadOnlyList<LedgerEntry> entries, ReleaseId release) =>
        [.. entries.Where(entry => !entry.Migration.FitsOldRelease && string.CompareOrdinal(entry.Release, release.Text) > 0)];

    /// <summary>Refuses to put traffic on a release across a contract.</summary>
    /// <param name="accepted">A person has said "--accept contract".</param>
    /// <exception cref="OperationException">It would cross one (exit 4).</exception>
    public static async Task RequireAsync(NpgsqlDataSource source, ReleaseId release, bool accepted, INarrator narrator, CancellationToken cancellationToken)
    {
        var crossed = Crossed(await new MigrationLedger(source).ReadAsync(cancellationToken).ConfigureAwait(false), release);
        if (crossed.Count == 0)
            return;
        var seen = string.Join('\n', crossed.Select(entry => $"{entry.Migration.Module} {entry.Migration.Name}, applied {entry.AppliedAt.ToLocalTime():ddd dd MMM HH:mm} for {entry.Release}: "
            + $"releases before it fail after it{(entry.Migration.LosesData ? ", and data is gone" : "")}"));
        if (!accepted)
        {
            throw OperationException.Preflight($"{release} does not fit today's schema: a contract was applied since",
                "roll forward; or RevertMigrations after its preview; or, if you know better, --accept contract", seen: seen);
        }

        narrator.Warn("migrate", $"{release} is put across a contract, as accepted\n{seen}");
    }
}
