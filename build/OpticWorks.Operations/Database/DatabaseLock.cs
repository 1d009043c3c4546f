using System.Diagnostics;
using System.Globalization;
using System.Text;
using Npgsql;

namespace OpticWorks.Operations.Database;

/// <summary>
/// The lock that whatever reads or changes the whole schema takes (Backup, Migrate): a PostgreSQL advisory lock of one session, so it
/// ends with the session, however that ends. It is tried and tried again, never waited for inside of PostgreSQL: a session that waits
/// there deadlocks with CREATE INDEX CONCURRENTLY.
/// </summary>
public sealed class DatabaseLock : IAsyncDisposable
{
    /// <summary>The two numbers of the advisory lock; the first is "OPTW" in ASCII.</summary>
    private const int Class = 0x4F505457, Number = 1;

    /// <summary>PostgreSQL cuts an application_name off after this many bytes.</summary>
    private const int NameLimit = 63;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan SayAfter = TimeSpan.FromSeconds(5);

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnection _session;

    private DatabaseLock(NpgsqlDataSource source, NpgsqlConnection session)
    {
        _source = source;
        _session = session;
    }

    /// <summary>The server process that holds it.</summary>
    public int Pid => _session.ProcessID;

    /// <summary>Takes it, trying for at most <paramref name="limit"/> (zero: once); then waits until nothing that a killed holder ran is at work any more.</summary>
    /// <param name="purpose">What the holder does, for example "Backup"; others read it in application_name.</param>
    /// <param name="who">For example "mara@laptop".</param>
    /// <exception cref="OperationException">Another session still holds it, or what a killed one ran does not end (exit 3); tells which.</exception>
    public static async Task<DatabaseLock> TakeAsync(
        NpgsqlDataSource source, string purpose, string who, TimeSpan limit, INarrator narrator, CancellationToken cancellationToken)
    {
        var session = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await NameAsync(session, $"opticworks {purpose} {who}", cancellationToken).ConfigureAwait(false);
            var (clock, said) = (Stopwatch.StartNew(), false);
            while (!await TryAsync(session, cancellationToken).ConfigureAwait(false))
            {
                if (clock.Elapsed >= limit)
                    throw await HeldAsync(session, clock.Elapsed, cancellationToken).ConfigureAwait(false);
                if (!said && clock.Elapsed > SayAfter)
                {
                    var holder = await HolderAsync(session, cancellationToken).ConfigureAwait(false);
                    narrator.Say("lock", $"{session.Database} is held by {holder?.ToString() ?? "a session that has just ended"}; waiting, at most {limit.TotalSeconds:0} s");
                    said = true;
                }

                await Task.Delay(Interval, cancellationToken).ConfigureAwait(false);
            }

            await Strays.WaitAsync(source, narrator, cancellationToken).ConfigureAwait(false);
            return new DatabaseLock(source, session);
        }
        catch
        {
            // In the pool it would keep a lock that it may have by now.
            source.Clear();
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Who holds it now; null: nobody.</summary>
    public static async Task<DatabaseLockHolder?> HolderAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var session = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        return await HolderAsync(session, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Fails when the session that held it has ended: then somebody else may hold it by now.</summary>
    /// <exception cref="OperationException">It was lost (exit 4).</exception>
    public async Task EnsureHeldAsync(CancellationToken cancellationToken)
    {
        var holder = await HolderAsync(_source, cancellationToken).ConfigureAwait(false);
        if (holder?.Pid == Pid)
            return;
        throw new OperationException("The database lock was lost: the session that held it has ended", ExitCodes.PreflightRefused)
        {
            Where = _session.Database,
            Seen = holder is null ? "nobody holds it now" : $"held by {holder} now",
            Next = "run the same command again",
        };
    }

    /// <summary>Gives it back. A session that cannot be spoken to any more has ended or ends, and the lock with it.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await using var unlock = new NpgsqlCommand("select pg_advisory_unlock($1, $2), set_config('application_name', '', false)", _session)
            { Parameters = { new() { Value = Class }, new() { Value = Number } } };
            await unlock.ExecuteNonQueryAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            _source.Clear();
        }

        await _session.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<bool> TryAsync(NpgsqlConnection session, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select pg_try_advisory_lock($1, $2)", session)
        { Parameters = { new() { Value = Class }, new() { Value = Number } } };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>The server's limit of idle sessions must not end it either: it says nothing while it holds the lock.</summary>
    private static async Task NameAsync(NpgsqlConnection session, string name, CancellationToken cancellationToken)
    {
        while (Encoding.UTF8.GetByteCount(name) > NameLimit)
            name = name[..^1];
        await using var command = new NpgsqlCommand(
            """
            select set_config('application_name', $1, false)
            union all select set_config(name, '0', false) from pg_settings where name in ('transaction_timeout', 'idle_session_timeout')
            """, session)
        { Parameters = { new() { Value = name } } };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<OperationException> HeldAsync(NpgsqlConnection session, TimeSpan waited, CancellationToken cancellationToken)
    {
        var holder = await HolderAsync(session, cancellationToken).ConfigureAwait(false);
        return new OperationException($"{session.Database} is locked by another backup or migration", ExitCodes.Locked)
        {
            Where = $"database {session.Database}, waited {waited.TotalSeconds:0.#} s",
            Seen = holder is null ? "its holder ended at this moment" : $"held by {holder}",
            Next = "wait until it has ended, then run the same command again",
        };
    }

    // The session that holds it says nothing after it has taken it, so its last statement is the one that took it.
    private static async Task<DatabaseLockHolder?> HolderAsync(NpgsqlConnection session, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select a.pid, coalesce(a.application_name, ''), a.query_start
            from pg_locks l join pg_stat_activity a on a.pid = l.pid
            where l.locktype = 'advisory' and l.granted and l.objsubid = 2 and l.classid = $1::int8::oid and l.objid = $2::int8::oid
              and l.database = (select oid from pg_database where datname = current_database())
            """, session)
        { Parameters = { new() { Value = (long)Class }, new() { Value = (long)Number } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            return null;
        return new DatabaseLockHolder(reader.GetInt32(0), reader.GetString(1),
            reader.IsDBNull(2) ? null : new DateTimeOffset(reader.GetDateTime(2)));
    }
}

/// <summary>The session that holds the lock of a database.</summary>
/// <param name="Pid">Its server process.</param>
/// <param name="Application">What it calls itself, for example "opticworks Backup mara@laptop".</param>
/// <param name="Since">When it took the lock, by the server's clock; null when the server does not tell us about other roles' sessions.</param>
public sealed record DatabaseLockHolder(int Pid, string Application, DateTimeOffset? Since)
{
    public override string ToString()
    {
        var since = Since is { } time ? $" since {time.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture)}" : "";
        return $"{(Application.Length > 0 ? Application : "an unnamed session")}{since} (server process {Pid})";
    }
}
