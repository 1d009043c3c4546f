using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Database.Migrations;

namespace OpticWorks.Acceptance.Database;

/// <summary>A migration each of whose phases takes long enough to be hit by a kill, and what must be true of it in the end.</summary>
internal static class SlowMigration
{
    public const string BeforeItBegan = "before it began", WhenItHadEnded = "when it had ended";

    public static Task<LightStore> StoreAsync(PostgresServer server) => LightStore.CreateAsync(server,
        ("migrations/lens/Migration0.sql", "select pg_sleep(0.1);"),
        ("migrations/loyalty/Migration4.sql", "select pg_sleep(0.2); insert into account (id) values ('once');"),
        ("links/lens_account.sql", "select pg_sleep(0.1); create table lens_account (lens_id text);"),
        // Medusa writes a script's end down after it: killed in between it runs again, so scripts have to bear that.
        ("scripts/fill.sql", "select pg_sleep(0.1); insert into lens (id) select 'once' where not exists (select from lens where id = 'once');"));

    public static Task BegunAsync(LightStore store) => Wait.UntilAsync("a run has begun", () => HasBegunAsync(store));

    /// <summary>How far a run had come, by what the database shows.</summary>
    public static async Task<string> PhaseAsync(LightStore store)
    {
        if (!await HasBegunAsync(store))
            return BeforeItBegan;
        if ((await store.RowsAsync("select id from opticworks.migration_run where result is null")).Length == 0)
            return WhenItHadEnded;
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

    /// <summary>Everything is applied, nothing of it twice, and the ledger says the same.</summary>
    public static async Task ShouldBeDoneOnceAsync(this LightStore store, string why)
    {
        (await store.StateAsync()).IsPending.ShouldBeFalse(why);
        (await store.RowsAsync("select count(*) from account where id = 'once'")).ShouldBe(["1"], why);
        (await store.RowsAsync("select count(*) from lens where id = 'once'")).ShouldBe(["1"], why);
        (await store.RowsAsync("select name from mikro_orm_migrations group by name having count(*) > 1")).ShouldBeEmpty(why);
        await store.ShouldAgreeAsync();
    }

    private static async Task<bool> HasBegunAsync(LightStore store) =>
        (await store.RowsAsync("select to_regclass('opticworks.migration_run')::text"))[0].Length > 0 && (await store.RowsAsync("select id from opticworks.migration_run")).Length > 0;
}
