using System.Diagnostics;
using OpticWorks.Acceptance.Transactions;
using Xunit.Abstractions;

namespace OpticWorks.Acceptance.Database;

/// <summary>
/// Operators that are killed at any moment, alone and beside another one. Whatever was applied is in the ledger after the next run, nothing ran twice, and
/// no two were ever at work (the light Medusa fails when another one is). OPTICWORKS_KILLS sets how many, OPTICWORKS_SEED where to begin.
/// </summary>
[Trait("Tier", "Campaign")]
public sealed class KilledMigrateTests(PostgresServer server, ITestOutputHelper told) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task The_next_run_says_what_happened_and_finishes()
    {
        var rounds = CampaignRounds.Of(60);
        var phases = new SortedDictionary<string, int>();
        var (before, work) = await UndisturbedAsync();
        foreach (var seed in rounds.Seeds)
            await RoundAsync(seed, before, work, phases);
        if (rounds.Count >= 30)
            phases.Count.ShouldBeGreaterThan(4, $"kills at too few moments: {string.Join(", ", phases)}");
        told.WriteLine($"{rounds.Count} kills from seed {rounds.First}: {string.Join(", ", phases.Select(phase => $"{phase.Value} {phase.Key}"))}");
    }

    /// <summary>How long a run looks before it begins, and how long it is at work, on this computer today.</summary>
    private async Task<(TimeSpan Before, TimeSpan Work)> UndisturbedAsync()
    {
        await using var store = await SlowMigration.StoreAsync(server);
        using var only = Start(store);
        await only.UntilAsync("ready");
        var clock = Stopwatch.StartNew();
        await SlowMigration.BegunAsync(store);
        var before = clock.Elapsed;
        (await only.EndAsync()).ShouldBe(0);
        return (before, clock.Elapsed - before);
    }

    /// <param name="before">One in four is killed at a moment of this time, the others at one of <paramref name="work"/>.</param>
    private async Task RoundAsync(int seed, TimeSpan before, TimeSpan work, SortedDictionary<string, int> phases)
    {
        var random = new Random(seed);
        await using var store = await SlowMigration.StoreAsync(server);
        using var first = Start(store);
        using var second = seed % 2 == 0 ? null : Start(store);
        await first.UntilAsync("ready");
        if (seed % 4 == 0)
        {
            await Task.Delay(random.NextDouble() * before);
        }
        else
        {
            await SlowMigration.BegunAsync(store);
            await Task.Delay(random.NextDouble() * work);
        }

        first.Kill();
        await first.EndAsync();
        var phase = await SlowMigration.PhaseAsync(store);
        phases[phase] = phases.GetValueOrDefault(phase) + 1;
        if (second is not null)
            (await second.EndAsync()).ShouldBe(0, $"seed {seed}: the one beside it, killed {phase}");

        (await store.MigrateAsync()).ShouldNotBeNull();

        var why = $"seed {seed}, killed {phase}:\n{string.Join('\n', store.Notes.Lines)}";
        await store.ShouldBeDoneOnceAsync(why);
        if (second is null && phase is not (SlowMigration.BeforeItBegan or SlowMigration.WhenItHadEnded))
            store.Notes.Warnings.ShouldContain(line => line.Contains("did not come to the end"), why);
    }

    private Operator Start(LightStore store) => new("migrate", $"{server.Port}", store.Database, store.Light.Path);
}
