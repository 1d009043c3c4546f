using System.Diagnostics;
using System.Globalization;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Acceptance.Transactions;
using OpticWorks.Operations.Database.Migrations;
using Xunit.Abstractions;

namespace OpticWorks.Acceptance.Database;

/// <summary>
/// Operators that are killed at any moment, alone and beside another one. Whatever was applied is in the ledger after the next run, nothing ran twice, and
/// no two were ever at work (the light Medusa fails when another one is). OPTICWORKS_KILLS sets how many, OPTICWORKS_SEED where to begin.
/// </summary>
[Trait("Tier", "Campaign")]
public sealed class KilledMigrateTests(PostgresServer server, ITestOutputHelper told) : IClassFixture<PostgresServer>
{
    private static int Number(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    [Fact]
    public async Task The_next_run_says_what_happened_and_finishes()
    {
        var (seed, count) = (Number("OPTICWORKS_SEED", 0), Number("OPTICWORKS_KILLS", 60));
        var phases = new SortedDictionary<string, int>();
        var (before, work) = await UndisturbedAsync();
        for (var i = seed; i < seed + count; i++)
            await RoundAsync(i, before, work, phases);
        if (count >= 30)
            phases.Count.ShouldBeGreaterThan(4, $"kills at too few moments: {string.Join(", ", phases)}");
        told.WriteLine($"{count} kills from seed {seed}: {string.Join(", ", phases.Select(phase => $"{phase.Value} {phase.Key}"))}");
    }

    private Task<LightStore> StoreAsync() => LightStore.CreateAsync(server,
        ("migrations/lens/Migration0.sql", "select pg_sleep(0.1);"),
        ("migrations/loyalty/Migration4.sql", "select pg_sleep(0.2); insert into account (id) values ('once');"),
        ("links/lens_account.sql", "select pg_sleep(0.1); create table lens_account (lens_id text);"),
        // Medusa writes a script's end down after it: killed in between it runs again, so scripts have to bear that.
        ("scripts/fill.sql", "select pg_sleep(0.1); insert into lens (id) select 'once' where not exists (select from lens where id = 'once');"));

    /// <summary>How long a run looks before it begins, and how long it is at work, on this computer today.</summary>
    private async Task<(TimeSpan Before, TimeSpan Work)> UndisturbedAsync()
    {
        await using var store = await StoreAsync();
        using var only = Start(store);
        await only.UntilAsync("ready");
        var clock = Stopwatch.StartNew();
        await BegunAsync(store);
        var before = clock.Elapsed;
        (await only.EndAsync()).ShouldBe(0);
        return (before, clock.Elapsed - before);
    }

    private static Task BegunAsync(LightStore store) => Ssh.UntilAsync("a run has begun", async () =>
        (await store.RowsAsync("select to_regclass('opticworks.migration_run')::text"))[0].Length > 0 && (await store.RowsAsync("select id from opticworks.migration_run")).Length > 0);

    /// <param name="before">One in four is killed at a moment of this time, the others at one of <paramref name="work"/>.</param>
    private async Task RoundAsync(int seed, TimeSpan before, TimeSpan work, SortedDictionary<string, int> phases)
    {
        var random = new Random(seed);
        await using var store = await StoreAsync();
        using var first = Start(store);
        using var second = seed % 2 == 0 ? null : Start(store);
        await first.UntilAsync("ready");
        if (seed % 4 == 0)
        {
            await Task.Delay(random.NextDouble() * before);
        }
        else
        {
            await BegunAsync(store);
            await Task.Delay(random.NextDouble() * work);
        }

        first.Kill();
        await first.EndAsync();
        var phase = await PhaseAsync(store);
        phases[phase] = phases.GetValueOrDefault(phase) + 1;
        if (second is not null)
            (await second.EndAsync()).ShouldBe(0, $"seed {seed}: the one beside it, killed {phase}");

        (await store.MigrateAsync()).ShouldNotBeNull();

        var why = $"seed {seed}, killed {phase}:\n{string.Join('\n', store.Notes.Lines)}";
        (await store.StateAsync()).IsPending.ShouldBeFalse(why);
        (await store.RowsAsync("select count(*) from account where id = 'once'")).ShouldBe(["1"], why);
        (await store.RowsAsync("select count(*) from lens where id = 'once'")).ShouldBe(["1"], why);
        (await store.RowsAsync("select name from mikro_orm_migrations group by name having count(*) > 1")).ShouldBeEmpty(why);
        await store.ShouldAgreeAsync();
        if (second is null && phase is not ("before it began" or "when it had ended"))
            store.Notes.Warnings.ShouldContain(line => line.Contains("did not come to the end"), why);
    }

    private Operator Start(LightStore store) => new("migrate", $"{server.Port}", store.Database, store.Light.Path);

    /// <summary>How far it had come, by what the database shows.</summary>
    private static async Task<string> PhaseAsync(LightStore store)
    {
        if ((await store.RowsAsync("select to_regclass('opticworks.migration_run')::text"))[0].Length == 0
            || (await store.RowsAsync("select id from opticworks.migration_run")).Length == 0)
        {
            return "before it began";
        }

        if ((await store.RowsAsync("select id from opticworks.migration_run where result is null")).Length == 0)
            return "when it had ended";
        var applied = await AppliedMigrations.ReadAsync(store.Source, default);
        return applied switch
        {
            { Scripts: [{ FinishedAt: not null }, ..] } => "before its proof",
            { Scripts.Count: > 0 } => "in a script",
            { Links.Count: > 0 } => "after the links",
            { Migrations.Count: >= 5 } => "in the links",
            { Migrations.Count: > 0 } => "between modules",
            _ => "in the first module",
        };
    }
}
