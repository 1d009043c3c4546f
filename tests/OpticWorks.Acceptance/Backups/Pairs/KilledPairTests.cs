using System.Diagnostics;
using System.Globalization;
using Npgsql;
using OpticWorks.Acceptance.Database;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Acceptance.Transactions;
using Xunit.Abstractions;

namespace OpticWorks.Acceptance.Backups.Pairs;

/// <summary>
/// A Backup and a Migrate that are begun at the same moment, one of which is killed, or whose database is restarted, at any moment of its work. They are
/// never both at work; every listed backup restores, and holds a state that the migration passed from one of its transactions to the next; the one that
/// was not killed comes to its end, and so does the next run of the other.
/// </summary>
[Collection(nameof(BackupServer)), Trait("Tier", "Campaign")]
public sealed class KilledPairTests(PostgresServer server, LocalR2 r2, ITestOutputHelper told)
{
    private readonly SortedDictionary<string, int> _phases = new(StringComparer.Ordinal);
    private int _looks, _reading, _migrating, _backups, _orphans;

    [Fact]
    public async Task Of_a_pair_one_is_killed()
    {
        var (rounds, clock) = (CampaignRounds.Of(64), Stopwatch.StartNew());
        var usual = new Dictionary<string, Usual> { ["Backup"] = await UndisturbedAsync("Backup"), ["Migrate"] = await UndisturbedAsync("Migrate") };
        foreach (var seed in rounds.Seeds)
            await KillAsync(seed, usual);
        Tell($"{rounds.Count} kills from seed {rounds.First}", clock);
        if (rounds.Count >= 48)
        {
            foreach (var side in usual.Keys)
                _phases.Keys.Count(phase => phase.StartsWith(side, StringComparison.Ordinal)).ShouldBeGreaterThanOrEqualTo(4, $"kills at too few moments: {string.Join(", ", _phases)}");
        }
    }

    [Fact]
    public async Task The_database_of_a_pair_is_restarted()
    {
        var (rounds, clock) = (CampaignRounds.Of(12), Stopwatch.StartNew());
        var usual = new Dictionary<string, Usual> { ["Backup"] = await UndisturbedAsync("Backup"), ["Migrate"] = await UndisturbedAsync("Migrate") };
        foreach (var seed in rounds.Seeds)
            await RestartAsync(seed, usual);
        Tell($"{rounds.Count} restarts from seed {rounds.First}", clock);
        if (rounds.Count >= 12)
            _phases.Count.ShouldBeGreaterThanOrEqualTo(3, $"restarts at too few moments: {string.Join(", ", _phases)}");
    }

    /// <summary>How long an undisturbed run takes until it has the lock, and from then on, on this computer today.</summary>
    private async Task<Usual> UndisturbedAsync(string side)
    {
        await using var pair = await Pair.CreateAsync(server, r2);
        var clock = Stopwatch.StartNew();
        using var only = pair.Start(side);
        await HasAsync(pair, only, side);
        var before = clock.Elapsed;
        (await only.EndAsync()).ShouldBe(0, only.Output);
        return new Usual(before, clock.Elapsed - before);
    }

    private async Task KillAsync(int seed, IReadOnlyDictionary<string, Usual> usual)
    {
        var random = new Random(seed);
        var (killed, other) = seed % 2 == 0 ? ("Backup", "Migrate") : ("Migrate", "Backup");
        await using var pair = await Pair.CreateAsync(server, r2);
        var operators = await StartAsync(pair, seed, random, usual);
        using var victim = operators[killed];
        using var survivor = operators[other];
        switch (seed / 2 % 4)
        {
            case 0:
                await Task.Delay(random.NextDouble() * usual[killed].Before);
                break;
            case 1:
                await Wait.UntilAsync($"{killed} waits", () => victim.HasEnded || pair.Watch.Now.Holder == killed || pair.Watch.Now.Waiting.Contains(killed));
                await Task.Delay(random.NextDouble() * usual[other].Work);
                break;
            default:
                await HasAsync(pair, victim, killed);
                await Task.Delay(random.NextDouble() * usual[killed].Work);
                break;
        }

        var seen = pair.Watch.Now;
        victim.Kill();
        await victim.EndAsync();
        var phase = killed == "Backup" ? BackupPhase(victim.Output, seen) : await MigratePhaseAsync(pair.Store, seen);
        Count($"{killed} {phase}");
        var why = $"seed {seed}, {killed} killed {phase}:\n";
        (await survivor.EndAsync()).ShouldBe(0, why + survivor.Output);
        var between = await pair.HeldAsync();
        await HoldWholeStatesAsync(pair, why, between);

        if (killed == "Backup")
            await NextBackupAsync(pair, why);
        else
            await NextMigrateAsync(pair, why, phase);
        await EndAsync(pair, why, between);
    }

    private async Task RestartAsync(int seed, IReadOnlyDictionary<string, Usual> usual)
    {
        var random = new Random(seed);
        await using var pair = await Pair.CreateAsync(server, r2);
        var operators = await StartAsync(pair, seed, random, usual);
        using var backup = operators["Backup"];
        using var migrate = operators["Migrate"];
        await Wait.UntilAsync("one has the lock", () => pair.Watch.Now.Holder is not null);
        var first = pair.Watch.Now.Holder!;
        await Task.Delay(random.NextDouble() * usual[first].Work);
        var seen = pair.Watch.Now;
        await server.RestartAsync();
        // An operator comes with connections of its own; these were kept from before.
        pair.Store.Source.Clear();
        pair.Site.Database.Source.Clear();
        var codes = (Backup: await backup.EndAsync(), Migrate: await migrate.EndAsync());
        Count(seen.Holder is null ? "between the two" : $"under {seen.Holder}{(seen.Reads ? ", dumping" : seen.Migrates ? ", migrating" : "")}");
        var why = $"seed {seed}, restarted under {seen}; Backup ended with {codes.Backup}, Migrate with {codes.Migrate}:\n{backup.Output}\n{migrate.Output}\n";
        var between = await pair.HeldAsync();
        await HoldWholeStatesAsync(pair, why, between);

        (await pair.Store.MigrateAsync()).ShouldNotBeNull(why);
        await NextBackupAsync(pair, why);
        await EndAsync(pair, why, between);
    }

    /// <summary>Both at the same moment, or so that they want the lock at the same moment; each of the two first.</summary>
    private static async Task<Dictionary<string, Operator>> StartAsync(Pair pair, int seed, Random random, IReadOnlyDictionary<string, Usual> usual)
    {
        var (first, second) = seed / 8 % 2 == 0 || usual["Migrate"].Before > usual["Backup"].Before ? ("Migrate", "Backup") : ("Backup", "Migrate");
        if (seed / 8 % 2 == 0 && seed / 16 % 2 == 0)
            (first, second) = (second, first);
        var operators = new Dictionary<string, Operator> { [first] = pair.Start(first) };
        if (seed / 8 % 2 == 1)
            await Task.Delay((usual[first].Before - usual[second].Before) * (0.8 + 0.6 * random.NextDouble()));
        operators[second] = pair.Start(second);
        return operators;
    }

    private static Task HasAsync(Pair pair, Operator program, string side) =>
        Wait.UntilAsync($"{side} has the lock", () => program.HasEnded || pair.Watch.Now.Holder == side);

    /// <summary>Nothing but whole states of the migration is in a backup: before it, after it, or what one that was cut off left in the database.</summary>
    private static async Task HoldWholeStatesAsync(Pair pair, string why, Migrated between)
    {
        between.Modules.ShouldBeOneOf(0, 2, 5);
        foreach (var entry in await pair.ListedAsync())
        {
            entry.Problem.ShouldBeNull(why);
            (await pair.HeldAsync(entry)).ShouldBeOneOf([Migrated.None, Migrated.All, between], why + entry.Id);
        }
    }

    private async Task NextBackupAsync(Pair pair, string why)
    {
        var orphans = await pair.OrphansAsync();
        _orphans += orphans.Count;
        var notes = new Notes();
        await pair.BackupAsync(notes);
        var said = string.Join('\n', notes.Lines);
        foreach (var orphan in orphans)
            said.ShouldContain($"removed {orphan}, which no manifest names", Case.Sensitive, why);
        (await pair.OrphansAsync()).ShouldBeEmpty(why + said);
    }

    private static async Task NextMigrateAsync(Pair pair, string why, string phase)
    {
        (await pair.Store.MigrateAsync()).ShouldNotBeNull(why);
        if (phase is not (SlowMigration.BeforeItBegan or SlowMigration.WhenItHadEnded or Waiting or Beginning))
            pair.Store.Notes.Warnings.ShouldContain(line => line.Contains("did not come to the end"), why + string.Join('\n', pair.Store.Notes.Lines));
    }

    private async Task EndAsync(Pair pair, string why, Migrated between)
    {
        await pair.Store.ShouldBeDoneOnceAsync(why + string.Join('\n', pair.Store.Notes.Lines));
        (await pair.HeldAsync()).ShouldBe(Migrated.All, why);
        await HoldWholeStatesAsync(pair, why, between);
        pair.Watch.Both.ShouldBeEmpty(why);
        _backups += pair.Restored;
        _looks += pair.Watch.Looks;
        _reading += pair.Watch.Reading;
        _migrating += pair.Watch.Migrating;
    }

    private const string Waiting = "while it waited for the lock", Beginning = "under the lock, before it began";

    private static async Task<string> MigratePhaseAsync(LightStore store, Look seen) => await SlowMigration.PhaseAsync(store) switch
    {
        SlowMigration.BeforeItBegan when seen.Holder == "Migrate" => Beginning,
        SlowMigration.BeforeItBegan when seen.Waiting.Contains("Migrate") => Waiting,
        var phase => phase,
    };

    private static string BackupPhase(string output, Look seen) =>
        output.Contains("not yet verified", StringComparison.Ordinal) ? "when its backup was listed"
        : output.Contains("backup: dumped in", StringComparison.Ordinal) ? "after the dump"
        : seen is { Holder: "Backup", Reads: true } ? "in the dump"
        : seen.Holder == "Backup" ? Beginning
        : seen.Waiting.Contains("Backup") ? Waiting
        : SlowMigration.BeforeItBegan;

    private void Count(string phase) => _phases[phase] = _phases.GetValueOrDefault(phase) + 1;

    private void Tell(string what, Stopwatch clock) => told.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{what} in {clock.Elapsed.TotalMinutes:0} min: {string.Join(", ", _phases.Select(phase => $"{phase.Value} {phase.Key}"))}; {_looks} looks, of which {_reading} saw a backup at work, {_migrating} a migration, none both; {_backups} backups restored and compared, {_orphans} orphans removed by the next run"));

    /// <summary>How long a run takes until it has the lock, and from then on.</summary>
    private sealed record Usual(TimeSpan Before, TimeSpan Work);
}
