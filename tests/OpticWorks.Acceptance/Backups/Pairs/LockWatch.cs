using System.Collections.Concurrent;
using Npgsql;

namespace OpticWorks.Acceptance.Backups.Pairs;

/// <summary>Who is at work in a database at one moment.</summary>
/// <param name="Holder">Who holds the database's lock, "Backup" or "Migrate"; null: nobody.</param>
/// <param name="Waiting">Who tries to get it.</param>
/// <param name="Reads">A backup's snapshot is open, or its pg_dump is connected.</param>
/// <param name="Migrates">A Medusa that migrates is connected.</param>
internal sealed record Look(string? Holder, IReadOnlyList<string> Waiting, bool Reads, bool Migrates)
{
    public static Look Nothing { get; } = new(null, [], false, false);
}

/// <summary>Looks at a database's sessions all the time, with one of its own, and keeps every moment at which a backup and a migration were both at work.</summary>
internal sealed class LockWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private const string Sessions = """
        select a.application_name, coalesce(a.query, ''), coalesce(a.state, ''),
          exists (select from pg_locks l where l.pid = a.pid and l.locktype = 'advisory' and l.granted and l.classid = 1330664535 and l.objsubid = 2)
        from pg_stat_activity a where a.datname = current_database() and a.pid <> pg_backend_pid()
        """;

    private readonly NpgsqlDataSource _source;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    public LockWatch(NpgsqlDataSource source)
    {
        _source = source;
        _watching = WatchAsync();
    }

    /// <summary>The latest.</summary>
    public Look Now { get; private set; } = Look.Nothing;

    public int Looks { get; private set; }

    /// <summary>Looks that saw a backup, or a migration, at work.</summary>
    public int Reading { get; private set; }

    /// <inheritdoc cref="Reading"/>
    public int Migrating { get; private set; }

    /// <summary>Looks that saw both at work; there must be none.</summary>
    public ConcurrentQueue<string> Both { get; } = new();

    /// <summary>Who had the lock, in this order.</summary>
    public ConcurrentQueue<string> Order { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await using var session = await _source.OpenConnectionAsync(_stop.Token);
                while (true)
                {
                    await LookAsync(session);
                    await Task.Delay(Interval, _stop.Token);
                }
            }
            catch (Exception e) when (e is NpgsqlException or OperationCanceledException or InvalidOperationException)
            {
                // The test is over, or the server is being restarted.
                Now = Look.Nothing;
            }
        }
    }

    private async Task LookAsync(NpgsqlConnection session)
    {
        string? holder = null;
        var (waiting, reads, migrates, seen) = (new List<string>(), false, false, new List<string>());
        await using (var command = new NpgsqlCommand(Sessions, session))
        {
            await using var reader = await command.ExecuteReaderAsync(_stop.Token);
            while (await reader.ReadAsync(_stop.Token))
            {
                var (application, query) = (reader.GetString(0), reader.GetString(1));
                // "opticworks Backup" is pg_dump, "opticworks Backup mara@laptop" wants or has the lock.
                var words = application.Split(' ');
                var mine = words is ["opticworks", _, _];
                if (mine && reader.GetBoolean(3))
                    holder = words[1];
                else if (mine)
                    waiting.Add(words[1]);
                var dumps = words is ["opticworks", "Backup"] || (query.Contains("pg_export_snapshot", StringComparison.Ordinal) && reader.GetString(2).StartsWith("idle in", StringComparison.Ordinal));
                var medusa = application.StartsWith("opticworks-medusa-", StringComparison.Ordinal);
                (reads, migrates) = (reads || dumps, migrates || medusa);
                if (dumps || medusa)
                    seen.Add($"{application}: {query}");
            }
        }

        if (reads && migrates)
            Both.Enqueue(string.Join('\n', seen));
        if (holder is not null && holder != Now.Holder)
            Order.Enqueue(holder);
        Now = new Look(holder, waiting, reads, migrates);
        Looks++;
        Reading += reads ? 1 : 0;
        Migrating += migrates ? 1 : 0;
    }
}
