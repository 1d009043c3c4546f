using Npgsql;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations;
using OpticWorks.Operations.Database.Lint;
using OpticWorks.Operations.Database.Migrations;

namespace OpticWorks.Acceptance.Database;

/// <summary>What happens around a migration of a real PostgreSQL 17: locks, crashes, other people. With a light Medusa.</summary>
[Trait("Tier", "Campaign")]
public sealed class MigratorFaultTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    [Theory]
    [InlineData("", "migrations/loyalty/Migration4.sql", "select 1/0;", "not applied: loyalty Migration2, Migration3, Migration4", "Medusa ended with exit 1")]
    [InlineData("", "scripts/fill.sql", "select 1/0;", "script fill did not come to its end", "")]
    [InlineData("PROMPTS=1", "links/lens_account.sql", "create table lens_account (id text);", "Medusa was ended", "Select the tables to DELETE")]
    public Task A_failure_is_told_whatever_Medusa_says(string variables, string file, string sql, string problem, string cause) =>
        MigratorTests.FailureAsync(server, variables, file, sql, problem, cause);

    [Fact]
    public async Task A_lock_that_cannot_be_had_is_tried_again_and_its_holder_is_named()
    {
        await using var store = await LightStore.CreateAsync(server);
        await store.MigrateAsync();
        store.Light.Write(("migrations/lens/Migration5.sql", "alter table lens add column tint text; select pg_sleep(0.5);"));
        await using var other = await store.Source.OpenConnectionAsync();
        await using var reading = await other.BeginTransactionAsync();
        await new NpgsqlCommand("set application_name = 'report'; select * from lens", other).ExecuteNonQueryAsync();

        var migrating = store.MigrateAsync();
        await Wait.UntilAsync("the holder is named", () => store.Notes.Lines.Any(line => line.Contains("a lock could not be had within 500 ms, because of report ")));
        await reading.CommitAsync();

        (await migrating).ShouldContain("attempts for a lock");
        await store.ShouldAgreeAsync();
    }

    [Fact]
    public async Task Of_two_at_once_one_migrates_and_the_other_finds_it_done()
    {
        await using var store = await LightStore.CreateAsync(server);
        var results = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => store.MigrateAsync()));
        results.Order(StringComparer.Ordinal).First().ShouldStartWith("3 migrations, 1 link table, 1 script applied and proved");
        results.Order(StringComparer.Ordinal).Last().ShouldStartWith("nothing is pending");
        (await store.RowsAsync("select count(*) from opticworks.migration_run")).ShouldBe(["1"]);
        await store.ShouldAgreeAsync();
    }

    [Fact]
    public async Task What_somebody_else_did_is_told()
    {
        await using var store = await LightStore.CreateAsync(server);
        await store.MigrateAsync();
        await server.ExecuteAsync(store.Database, "alter table lens add column by_hand int; delete from mikro_orm_migrations where name = 'Migration3'; alter table account drop column tier");
        (await store.MigrateAsync()).ShouldStartWith("1 migration applied and proved");
        store.Notes.Warnings.ShouldContain(line => line.Contains("no longer applied, and not by this program: Migration3"));
        store.Notes.Warnings.ShouldContain(line => line.Contains("somebody else changed it"));
        await store.ShouldAgreeAsync();
    }

    [Fact]
    public async Task A_database_that_is_restarted_in_the_middle_ends_the_run_and_the_next_one_finishes()
    {
        var own = new PostgresServer();
        await own.InitializeAsync();
        try
        {
            await using var store = await LightStore.CreateAsync(own, ("migrations/loyalty/Migration4.sql", "select pg_sleep(30);"));
            var migrating = Should.ThrowAsync<Exception>(() => store.MigrateAsync());
            await Wait.UntilAsync("it is in the middle", async () => (await store.RowsAsync("select pid from pg_stat_activity where query like '%pg_sleep(30)%' and application_name like 'opticworks-medusa%' and state = 'active'")).Length > 0);
            await own.RestartAsync();
            await migrating;

            store.Light.Write(("migrations/loyalty/Migration4.sql", "select 1;"));
            (await store.MigrateAsync()).ShouldContain("applied and proved");
            store.Notes.Warnings.ShouldContain(line => line.Contains("did not come to the end: 1 of 6 are applied"));
            await store.ShouldAgreeAsync();
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_release_is_taken_back_in_reverse_and_nothing_else_is()
    {
        await using var store = await LightStore.CreateAsync(server);
        await store.MigrateAsync();
        await server.ExecuteAsync(store.Database, "insert into account (id) values ('1'), ('2')");
        var parser = new SqlParser(await TestTools.In(LocalPlace.Cache)(OpticWorks.Operations.Toolchain.PinnedProgram.SqlParser, default));
        var release = store.Light.Release;
        Task<RevertPreview> PreviewAsync(params string[] running) => MigrationRevert.PreviewAsync(store.Source, parser, release, release.Release, running, default);

        var preview = await PreviewAsync();
        preview.Refusals.ShouldBeEmpty();
        preview.Migrations.Select(step => step.Migration.Name).ShouldBe(["Migration3", "Migration2", "Migration1"]);
        preview.Kept.ShouldBe(["link lens_account", "script fill"], ignoreOrder: true);
        var lines = preview.Lines(new VerifiedBackup("b-1", preview.Since!.Value.AddMinutes(-5))).ToList();
        lines.ShouldContain("  cannot come back: public.account: its 2 rows are gone");
        lines[^1].ShouldContain("b-1");
        (await PreviewAsync(release.Release.Text)).Refusals.ShouldContain(line => line.Contains("still runs"));

        var revert = new MigrationRevert(store.Source, store.Migrator(), store.Policy, "mara@laptop", store.Notes);
        (await Should.ThrowAsync<OperationException>(() => revert.RunAsync(release, release.Release, new MigrationName("loyalty", "Migration2"), default)))
            .Message.ShouldContain("is not the latest of its module");
        // What was taken back stays so when a later step fails, and that operation says so (exit 6).
        await MigrationRevert.MustBeAppliedAsync(store.Source, preview.Migrations[0].Migration, "staging", default);
        foreach (var step in preview.Migrations)
            (await revert.RunAsync(release, release.Release, step.Migration, default)).ShouldStartWith("taken back and proved");
        (await Should.ThrowAsync<OperationException>(() => MigrationRevert.MustBeAppliedAsync(store.Source, preview.Migrations[0].Migration, "staging", default)))
            .Message.ShouldContain("./build.sh Migrate --environment staging");
        (await revert.RunAsync(release, release.Release, preview.Migrations[0].Migration, default)).ShouldBe("was taken back before");
        (await store.RowsAsync("select to_regclass('account')::text")).ShouldBe([""]);
        await store.ShouldAgreeAsync();

        await store.MigrateAsync();
        File.Delete(Path.Combine(store.Light.Path, "migrations/loyalty/Migration2.down.sql"));
        (await PreviewAsync()).Refusals.ShouldBe(["loyalty Migration2 has no down"]);
    }

    [Fact]
    public async Task When_its_operator_dies_Medusa_is_ended()
    {
        await using var store = await LightStore.CreateAsync(server, ("migrations/loyalty/Migration4.sql", "select pg_sleep(300);"));
        using var child = new Transactions.Operator("migrate", $"{server.Port}", store.Database, store.Light.Path);
        await child.UntilAsync("migrate: lens Migration1");
        child.Signal("KILL");
        await child.EndAsync();

        store.Light.Write(("migrations/loyalty/Migration4.sql", "select 1;"));
        (await store.MigrateAsync()).ShouldContain("applied and proved");
        store.Notes.Warnings.ShouldContain(line => line.Contains("did not come to the end"));
        (await store.RowsAsync($"select pid from pg_stat_activity where datname = current_database() and application_name like 'opticworks-medusa%'")).ShouldBeEmpty();
        await store.ShouldAgreeAsync();
    }
}
