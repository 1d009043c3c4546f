using System.Diagnostics;
using Npgsql;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Database.Migrations;

/// <summary>How one run of Medusa's command line ended.</summary>
/// <param name="Blockers">The sessions that its statements were seen to wait for.</param>
/// <param name="Ended">Why this program ended it; null: it came to its own end.</param>
internal sealed record MedusaResult(int ExitCode, MedusaOutput Output, IReadOnlyCollection<Blocker> Blockers, string? Ended)
{
    /// <summary>Nobody knows that it has ended, so what the database shows is not its last word.</summary>
    public bool MayBeAtWork { get; init; }
}

/// <summary>Runs Medusa's command line and watches, in the database itself, what it is at.</summary>
/// <param name="held">The lock under which it runs; when it is lost, Medusa is ended.</param>
internal sealed class MedusaRun(ReleaseOnHost release, NpgsqlDataSource source, DatabaseLock held, MigrationPolicy policy, INarrator narrator)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(5);

    /// <summary>How long the database may not answer before Medusa is ended: a restart takes less.</summary>
    private static readonly TimeSpan LostLimit = TimeSpan.FromSeconds(20);

    /// <exception cref="OperationException">The lock had been lost before (exit 4).</exception>
    public async Task<MedusaResult> RunAsync(MedusaLimits limits, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        await held.EnsureHeldAsync(cancellationToken).ConfigureAwait(false);
        var output = new MedusaOutput();
        var blockers = new Dictionary<int, Blocker>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var watched = new CancellationTokenSource();
        string? ended = null;
        var watching = WatchAsync(limits.Application, output, blockers, why =>
        {
            ended = why;
            stop.Cancel();
        }, watched.Token);
        try
        {
            var result = await release.MedusaAsync(limits, arguments, line => Hear(output, line), stop.Token).ConfigureAwait(false);
            foreach (var line in result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                Hear(output, line);
            return new MedusaResult(result.ExitCode, output, blockers.Values, null);
        }
        catch (OperationCanceledException) when (ended is not null)
        {
            return await GivenUpAsync(new MedusaResult(-1, output, blockers.Values, ended), cancellationToken).ConfigureAwait(false);
        }
        catch (HostException e)
        {
            return await GivenUpAsync(new MedusaResult(-1, output, blockers.Values, $"the connection to {release.Host} was lost: {e.Message}") { MayBeAtWork = true }, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await watched.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
    }

    /// <summary>Waits until it has no session in the database any more. Between two of them it has none either, so a quiet database does not show that a
    /// Medusa behind a lost connection has ended.</summary>
    private async Task<MedusaResult> GivenUpAsync(MedusaResult result, CancellationToken cancellationToken)
    {
        try
        {
            await Strays.WaitAsync(source, narrator, cancellationToken).ConfigureAwait(false);
            return result;
        }
        catch (OperationException e)
        {
            return result with { Ended = $"{result.Ended}; it still works in the database: {e.Seen}", MayBeAtWork = true };
        }
    }

    private void Hear(MedusaOutput output, string line)
    {
        narrator.Detail("medusa", line);
        if (output.Read(line) is { } done)
            narrator.Say("migrate", done);
    }

    private async Task WatchAsync(string application, MedusaOutput output, Dictionary<int, Blocker> blockers, Action<string> end, CancellationToken cancellationToken)
    {
        var (said, busy, answered) = (Stopwatch.StartNew(), DateTimeOffset.UtcNow, Stopwatch.StartNew());
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(Interval, cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
            IReadOnlyList<SessionActivity> sessions;
            try
            {
                sessions = await DatabaseActivity.ReadAsync(source, application, cancellationToken).ConfigureAwait(false);
                answered.Restart();
            }
            catch (Exception e) when (e is NpgsqlException or OperationCanceledException or TimeoutException)
            {
                if (answered.Elapsed > LostLimit)
                    end($"the database did not answer for {LostLimit.TotalSeconds:0} s");
                continue;
            }

            var working = sessions.Where(session => session.IsBusy).ToList();
            foreach (var blocker in working.SelectMany(session => session.BlockedBy))
                blockers[blocker.Pid] = blocker;
            if (working.Count > 0)
                busy = DateTimeOffset.UtcNow;
            var heard = output.LastAt > busy ? output.LastAt : busy;
            if (DateTimeOffset.UtcNow - heard > policy.Silence)
                end($"it neither said anything nor worked in the database for {policy.Silence.TotalSeconds:0} s; its last word: {(output.Last.Length > 0 ? output.Last : "none")}");
            if (said.Elapsed > SayEvery)
            {
                said.Restart();
                foreach (var session in working)
                    narrator.Say("migrate", session.ToString());
            }

            await LookAtLockAsync(end, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task LookAtLockAsync(Action<string> end, CancellationToken cancellationToken)
    {
        try
        {
            await held.EnsureHeldAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException e)
        {
            end(e.Message);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or TimeoutException)
        {
            // The database does not answer at this moment; the next look tells.
        }
    }
}
