using System.Diagnostics;
using Npgsql;
using OpticWorks.Operations.Backups.Dumps;

namespace OpticWorks.Operations.Backups.Restores;

/// <summary>
/// Puts a restored database in the live one's place by renaming both in one transaction: at every moment the name means the one or the
/// other, whole. The old one stays under another name.
/// </summary>
internal sealed class DatabaseSwap(DatabaseSite site, SwapNames names)
{
    /// <summary>How long sessions of others may take to end.</summary>
    public TimeSpan SessionLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Swaps; does nothing when that is done already.</summary>
    /// <exception cref="OperationException">Somebody is connected, or the databases are not as expected; nothing was changed.</exception>
    public Task SwapAsync(CancellationToken cancellationToken) => RenameAsync(names.New, names.Before, cancellationToken);

    /// <summary>Swaps back; does nothing when nothing was swapped.</summary>
    public Task SwapBackAsync(CancellationToken cancellationToken) => RenameAsync(names.Before, names.New, cancellationToken);

    /// <summary>Who is connected to the live database, besides us; for people.</summary>
    public static async Task<IReadOnlyList<string>> SessionsAsync(DatabaseSite site, CancellationToken cancellationToken)
    {
        site.Database.Source.Clear();
        await using var admin = site.Database.Other("postgres");
        var sessions = await SessionsAsync(admin, site.Name, cancellationToken).ConfigureAwait(false);
        // What we have just closed, PostgreSQL may still show.
        return [.. sessions.Where(session => !session.Contains(" opticworks-build", StringComparison.Ordinal))];
    }

    /// <summary>Live becomes <paramref name="away"/>, <paramref name="here"/> becomes live.</summary>
    private async Task RenameAsync(string here, string away, CancellationToken cancellationToken)
    {
        await using var admin = site.Database.Other("postgres");
        var (hasHere, hasAway, hasLive) = await LookAsync(admin, here, away, cancellationToken).ConfigureAwait(false);
        if (!hasHere && hasAway && hasLive)
            return;
        // Taking back what had never begun: the new database may not even be there.
        if (!hasHere && !hasAway && hasLive && here == names.Before)
            return;
        if (!hasHere || hasAway || !hasLive)
        {
            throw new OperationException($"The databases of {site} are not as expected", ExitCodes.FailedAndNotUndone)
            { Seen = $"{site.Name} {Word(hasLive)}, {here} {Word(hasHere)}, {away} {Word(hasAway)}", Next = "psql --list" };
        }

        await WaitForSessionsAsync(admin, cancellationToken).ConfigureAwait(false);
        await using var session = await admin.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(
            $"""
            begin;
            set local lock_timeout = '10s';
            alter database {ScratchDatabase.Quote(site.Name)} rename to {ScratchDatabase.Quote(away)};
            alter database {ScratchDatabase.Quote(here)} rename to {ScratchDatabase.Quote(site.Name)};
            commit
            """, session);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task WaitForSessionsAsync(NpgsqlDataSource admin, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            site.Database.Source.Clear();
            var sessions = await SessionsAsync(admin, site.Name, cancellationToken).ConfigureAwait(false);
            if (sessions.Count == 0)
                return;
            if (clock.Elapsed > SessionLimit)
            {
                throw new OperationException($"{site.Name} is in use", ExitCodes.PreflightRefused)
                { Where = site.ToString(), Seen = string.Join('\n', sessions), Next = "end these sessions (--stop-instances stops the backend), then run it again" };
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<IReadOnlyList<string>> SessionsAsync(NpgsqlDataSource admin, string database, CancellationToken cancellationToken)
    {
        await using var command = admin.CreateCommand(
            """
            select pid || ' ' || coalesce(usename, '') || ' ' || coalesce(nullif(application_name, ''), 'unnamed') || coalesce(' from ' || host(client_addr), '')
            from pg_stat_activity where datname = $1 and backend_type = 'client backend' order by backend_start
            """);
        command.Parameters.Add(new() { Value = database });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<string>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            found.Add(reader.GetString(0));
        return found;
    }

    private async Task<(bool Here, bool Away, bool Live)> LookAsync(NpgsqlDataSource admin, string here, string away, CancellationToken cancellationToken)
    {
        await using var command = admin.CreateCommand("select datname from pg_database where datname in ($1, $2, $3)");
        foreach (var name in new[] { here, away, site.Name })
            command.Parameters.Add(new() { Value = name });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new HashSet<string>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            found.Add(reader.GetString(0));
        return (found.Contains(here), found.Contains(away), found.Contains(site.Name));
    }

    private static string Word(bool exists) => exists ? "exists" : "does not exist";
}
