using Npgsql;
using OpticWorks.Operations.Backups.Dumps;

namespace OpticWorks.Operations.Backups.Restores;

/// <summary>
/// A database that a backup is restored into. While it is in use a session of ours is connected to it, so that nobody can drop it; one that
/// a killed run left has no session, and is dropped by the next run.
/// </summary>
internal sealed class ScratchDatabase : IAsyncDisposable
{
    private readonly DatabaseSite _site;
    private readonly NpgsqlConnection _guard;

    private ScratchDatabase(DatabaseSite site, string name, NpgsqlDataSource source, NpgsqlConnection guard) =>
        (_site, Name, Source, _guard) = (site, name, source, guard);

    public string Name { get; }

    public NpgsqlDataSource Source { get; }

    /// <summary>Set when it is to stay.</summary>
    public bool Keep { get; set; }

    /// <param name="family">That its name belongs to; databases of it that nobody uses are dropped first.</param>
    public static async Task<ScratchDatabase> CreateAsync(DatabaseSite site, ScratchFamily family, string name, INarrator narrator, CancellationToken cancellationToken)
    {
        await using (var admin = site.Database.Other("postgres"))
        {
            await DropUnusedAsync(admin, family, narrator, cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(admin, $"create database {Quote(name)} template template0 encoding 'UTF8'", cancellationToken).ConfigureAwait(false);
        }

        var source = site.Database.Other(name);
        return new ScratchDatabase(site, name, source, await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false));
    }

    public async ValueTask DisposeAsync()
    {
        await _guard.DisposeAsync().ConfigureAwait(false);
        await Source.DisposeAsync().ConfigureAwait(false);
        if (Keep)
            return;
        await using var admin = _site.Database.Other("postgres");
        await ExecuteAsync(admin, $"drop database if exists {Quote(Name)} with (force)", CancellationToken.None).ConfigureAwait(false);
    }

    public static string Quote(string identifier) => $"\"{identifier.Replace("\"", "\"\"")}\"";

    public static async Task ExecuteAsync(NpgsqlDataSource source, string sql, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 300;
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task DropUnusedAsync(NpgsqlDataSource admin, ScratchFamily family, INarrator narrator, CancellationToken cancellationToken)
    {
        var left = new List<string>();
        await using (var command = admin.CreateCommand(
            """
            select datname from pg_database d where starts_with(datname, $1) and substr(datname, length($1) + 1) ~ $2 and pg_get_userbyid(datdba) = current_user
              and not exists (select from pg_stat_activity a where a.datid = d.oid)
            """))
        {
            command.Parameters.Add(new() { Value = family.Prefix });
            command.Parameters.Add(new() { Value = $"^{family.Rest}$" });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                left.Add(reader.GetString(0));
        }

        foreach (var name in left)
        {
            try
            {
                await ExecuteAsync(admin, $"drop database if exists {Quote(name)}", cancellationToken).ConfigureAwait(false);
                narrator.Say("restore", $"dropped {name}, which an earlier run left");
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ObjectInUse)
            {
                // Somebody is connected to it after all.
            }
        }
    }
}
