using System.Diagnostics;
using Npgsql;
using OpticWorks.Operations.Backups.Dumps;
using OpticWorks.Operations.Database.Migrations;

namespace OpticWorks.Operations.Database;

/// <summary>
/// What a killed holder of the <see cref="DatabaseLock"/> still has at work. Its session and the lock end with it at once; the Medusa or the
/// pg_dump that it ran on another host learns it a moment later.
/// </summary>
internal static class Strays
{
    /// <summary>How long they may take to end.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Their sessions' application_names, as LIKE reads them. Only who holds the lock runs such programs.</summary>
    private static readonly string[] Applications = [$"{MedusaLimits.ApplicationPrefix}%", DumpCommands.Application("Backup")];

    /// <summary>Waits until there are none. The lock is held.</summary>
    /// <exception cref="OperationException">They do not end (exit 3).</exception>
    public static async Task WaitAsync(NpgsqlDataSource source, INarrator narrator, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        for (var said = false; ; said = true)
        {
            var strays = await FindAsync(source, cancellationToken).ConfigureAwait(false);
            if (strays.Count == 0)
                return;
            if (clock.Elapsed > Limit)
            {
                throw new OperationException("A backup or a migration that nobody waits for any more still runs", ExitCodes.Locked)
                {
                    Seen = string.Join('\n', strays.Select(session => $"server process {session.Pid}: {session}")),
                    Next = "wait until it has ended, or end it: select pg_terminate_backend(PID)",
                };
            }

            if (!said)
                narrator.Say("lock", $"a backup or a migration whose operator is gone is ending: {strays[0]}");
            await Task.Delay(Interval, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<IReadOnlyList<SessionActivity>> FindAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var found = new List<SessionActivity>();
        foreach (var application in Applications)
            found.AddRange(await DatabaseActivity.ReadAsync(source, application, cancellationToken).ConfigureAwait(false));
        return found;
    }
}
