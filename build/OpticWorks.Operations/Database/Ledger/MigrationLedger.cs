using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using OpticWorks.Operations.Database.Migrations;

namespace OpticWorks.Operations.Database.Ledger;

/// <summary>
/// The suite's own record of migrations, in a schema of its own ("opticworks") that Medusa never looks at. A run is written down before it
/// acts, so that one that was killed is known to the next; what it applied is then read from Medusa's own table.
/// </summary>
public sealed class MigrationLedger(NpgsqlDataSource source)
{
    private const string Tables = """
        create schema if not exists opticworks;
        create table if not exists opticworks.migration_run (
          id text primary key, release text not null, owner text not null, reverts boolean not null, expected jsonb not null, code text not null,
          started_at timestamptz not null default clock_timestamp(), ended_at timestamptz, result text, fingerprint_before text, fingerprint_after text);
        create table if not exists opticworks.migration (
          kind text not null, name text not null, module text not null, release text not null, run text not null references opticworks.migration_run,
          sha256 text not null, fits_old_release boolean not null, loses_data boolean not null,
          applied_at timestamptz not null default clock_timestamp(), reverted_at timestamptz, reverted_by text, primary key (kind, name));
        comment on schema opticworks is 'What OpticWorks.Build migrated, and for which release. Not part of the store.';
        """;

    /// <summary>Makes the tables when they are missing. The lock of the database is held.</summary>
    /// <exception cref="OperationException">The role may not create a schema (exit 4).</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (await ExistsAsync(cancellationToken).ConfigureAwait(false))
            return;
        try
        {
            await ExecuteAsync(Tables, [], cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new OperationException("The ledger of migrations cannot be made: the store's role may create no schema", ExitCodes.PreflightRefused, e)
            { Seen = e.MessageText, Next = "let the database's owner run: create schema opticworks authorization ROLE" };
        }
    }

    /// <summary>Migrations that are applied, as far as this suite applied them.</summary>
    public async Task<IReadOnlyList<LedgerEntry>> ReadAsync(CancellationToken cancellationToken) =>
        await ExistsAsync(cancellationToken).ConfigureAwait(false)
            ? await RowsAsync(
                "select kind, module, name, sha256, fits_old_release, loses_data, release, run, applied_at from opticworks.migration where reverted_at is null order by applied_at, name", [],
                row => new LedgerEntry(
                    new LedgerMigration(Enum.Parse<MigrationKind>(row.GetString(0)), row.GetString(1), row.GetString(2), row.GetString(3), row.GetBoolean(4), row.GetBoolean(5)),
                    row.GetString(6), row.GetString(7), new DateTimeOffset(row.GetDateTime(8))), cancellationToken).ConfigureAwait(false)
            : [];

    /// <summary>All runs, the oldest first.</summary>
    public async Task<IReadOnlyList<LedgerRun>> RunsAsync(CancellationToken cancellationToken) =>
        await ExistsAsync(cancellationToken).ConfigureAwait(false)
            ? await RowsAsync("select id, release, owner, reverts, started_at, expected, code, result, fingerprint_after from opticworks.migration_run order by started_at, id", [],
                row => new LedgerRun(row.GetString(0), row.GetString(1), row.GetString(2), row.GetBoolean(3), new DateTimeOffset(row.GetDateTime(4)),
                    JsonSerializer.Deserialize<IReadOnlyList<LedgerMigration>>(row.GetString(5), Format)!, row.GetString(6), Text(row, 7), Text(row, 8)), cancellationToken).ConfigureAwait(false)
            : [];

    /// <summary>Writes a run down before it acts.</summary>
    public Task BeginAsync(LedgerRun run, string fingerprint, CancellationToken cancellationToken) => ExecuteAsync(
        """
        insert into opticworks.migration_run (id, release, owner, reverts, expected, code, fingerprint_before)
        values ($1, $2, $3, $4, $5::jsonb, $6, $7)
        """,
        [run.Id, run.Release, run.Owner, run.Reverts, JsonSerializer.Serialize(run.Expected, Format), run.Code, fingerprint], cancellationToken);

    /// <summary>Writes down how a run ended, with what it applied and took back, all at once or not at all.</summary>
    /// <param name="result"><see cref="LedgerRun.Proved"/>, or why it is not.</param>
    /// <param name="fingerprint">Of the schema after it; null: it was not proved.</param>
    public async Task EndAsync(
        LedgerRun run, string result, IReadOnlyList<LedgerMigration> applied, IReadOnlyList<LedgerMigration> reverted, string? fingerprint, CancellationToken cancellationToken)
    {
        await using var session = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await session.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        foreach (var one in applied)
        {
            await ExecuteAsync(session,
                """
                insert into opticworks.migration (kind, name, module, release, run, sha256, fits_old_release, loses_data) values ($1, $2, $3, $4, $5, $6, $7, $8)
                on conflict (kind, name) do update set module = excluded.module, release = excluded.release, run = excluded.run, sha256 = excluded.sha256,
                  fits_old_release = excluded.fits_old_release, loses_data = excluded.loses_data, applied_at = clock_timestamp(), reverted_at = null, reverted_by = null
                where opticworks.migration.reverted_at is not null
                """,
                [one.Kind.ToString(), one.Name, one.Module, run.Release, run.Id, one.Sha256, one.FitsOldRelease, one.LosesData], cancellationToken).ConfigureAwait(false);
        }

        foreach (var one in reverted)
        {
            await ExecuteAsync(session, "update opticworks.migration set reverted_at = clock_timestamp(), reverted_by = $3 where kind = $1 and name = $2 and reverted_at is null",
                [one.Kind.ToString(), one.Name, run.Owner], cancellationToken).ConfigureAwait(false);
        }

        await ExecuteAsync(session, "update opticworks.migration_run set ended_at = clock_timestamp(), result = $2, fingerprint_after = $3 where id = $1",
            [run.Id, result, (object?)fingerprint ?? DBNull.Value], cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> ExistsAsync(CancellationToken cancellationToken) =>
        (await RowsAsync("select to_regclass('opticworks.migration') is not null", [], row => row.GetBoolean(0), cancellationToken).ConfigureAwait(false))[0];

    private async Task ExecuteAsync(string sql, IReadOnlyList<object> values, CancellationToken cancellationToken)
    {
        await using var session = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(session, sql, values, cancellationToken).ConfigureAwait(false);
    }

    private static async Task ExecuteAsync(NpgsqlConnection session, string sql, IReadOnlyList<object> values, CancellationToken cancellationToken)
    {
        await using var command = Command(session, sql, values);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<T>> RowsAsync<T>(string sql, IReadOnlyList<object> values, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var session = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = Command(session, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            rows.Add(read(reader));
        return rows;
    }

    private static NpgsqlCommand Command(NpgsqlConnection session, string sql, IReadOnlyList<object> values)
    {
        var command = new NpgsqlCommand(sql, session);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };
}
