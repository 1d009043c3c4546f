using System.Security.Cryptography;
using Npgsql;
using OpticWorks.Operations.Backups.Dumps;
using OpticWorks.Operations.Backups.Manifests;

namespace OpticWorks.Operations.Backups.Restores;

/// <summary>Brings one table of a backup back beside the live one, under another name and without its constraints, so that a person can
/// compare and copy rows. The live table is not touched.</summary>
public sealed class RestoredTable(DatabaseSite site, BackupBucket bucket, INarrator narrator)
{
    private const string Columns =
        """
        select string_agg(quote_ident(a.attname), ', ' order by a.attnum), string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod), ', ' order by a.attnum)
        from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
        """;

    /// <returns>The new table's name and its rows.</returns>
    /// <exception cref="OperationException">The backup has no such table (4), or it cannot be restored.</exception>
    public async Task<(string Name, ulong Rows)> RunAsync(BackupEntry entry, TableName table, string stamp, CancellationToken cancellationToken)
    {
        var manifest = entry.Manifest ?? throw OperationException.Preflight($"The backup {entry.Id} cannot be used", seen: entry.Problem);
        await using var scratch = await ScratchDatabase.CreateAsync(site, RestoreDrill.Family,
            RestoreDrill.Prefix + RandomNumberGenerator.GetHexString(8, lowercase: true), narrator, cancellationToken).ConfigureAwait(false);
        var differences = await new RestoredCopy(site, bucket, narrator).FillAsync(manifest, scratch, "restore", cancellationToken).ConfigureAwait(false);
        foreach (var difference in differences)
            narrator.Warn("restore", difference);
        await using var from = await scratch.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var (names, definitions) = await ColumnsAsync(from, table, cancellationToken).ConfigureAwait(false)
            ?? throw OperationException.Preflight($"{manifest.Id} has no table {table}", where: bucket.Place);
        var suffix = $"_from_{stamp}";
        var name = (table.Name.Length > 63 - suffix.Length ? table.Name[..(63 - suffix.Length)] : table.Name) + suffix;
        var target = $"{ScratchDatabase.Quote(table.Schema)}.{ScratchDatabase.Quote(name)}";
        await using var to = await site.Database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await to.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (var create = new NpgsqlCommand($"create table {target} ({definitions})", to, transaction))
            await create.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await CopyAsync(from, $"copy (select {names} from {ScratchDatabase.Quote(table.Schema)}.{ScratchDatabase.Quote(table.Name)}) to stdout",
            to, $"copy {target} ({names}) from stdin", cancellationToken).ConfigureAwait(false);
        await using var count = new NpgsqlCommand($"select count(*) from {target}", to, transaction) { CommandTimeout = 0 };
        var rows = (ulong)(long)(await count.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        narrator.Say("restore", $"{table} as it was {manifest.At.ToLocalTime():yyyy-MM-dd HH:mm} is {table.Schema}.{name}, {rows} rows");
        return ($"{table.Schema}.{name}", rows);
    }

    private static async Task<(string Names, string Definitions)?> ColumnsAsync(NpgsqlConnection session, TableName table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Columns, session) { Parameters = { new() { Value = table.Schema }, new() { Value = table.Name } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return reader.IsDBNull(0) ? null : (reader.GetString(0), reader.GetString(1));
    }

    private static async Task CopyAsync(NpgsqlConnection from, string copyOut, NpgsqlConnection to, string copyIn, CancellationToken cancellationToken)
    {
        using var reader = await from.BeginTextExportAsync(copyOut, cancellationToken).ConfigureAwait(false);
        await using var writer = await to.BeginTextImportAsync(copyIn, cancellationToken).ConfigureAwait(false);
        var buffer = new char[64 << 10];
        for (int length; (length = await reader.ReadAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false)) > 0;)
            await writer.WriteAsync(buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
    }
}
