using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations;
using OpticWorks.Operations.Database;
using OpticWorks.Operations.Database.Migrations;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Toolchain;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Journals;

namespace OpticWorks.Acceptance.Database;

/// <summary>In a Release, what the old release would not survive waits until it is gone: on a real PostgreSQL 17, with a light Medusa.</summary>
public sealed class ContractTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private const string Old = "r-20261101-120000-aaaaaaa";

    private static readonly Dictionary<string, string> Running = new() { ["api-1:9001"] = Old };

    [Fact]
    public async Task A_contract_waits_for_the_end_and_has_no_way_back()
    {
        await using var store = await LightStore.CreateAsync(server);
        await store.MigrateAsync();
        store.Light.Write(("migrations/lens/Migration6.sql", "alter table lens rename column name to title;"));
        var plans = Plans(store);
        var expand = plans.Expand(store.Light.Release.Release, Running);
        var contract = plans.Contract(store.Light.Release.Release);

        (await expand.Steps[0].Do(CancellationToken.None)).ShouldBe("1 contract migration waits until the old release is gone");
        (await ColumnsAsync(store)).ShouldBe(["id", "name"]);

        // Whoever interrupts while it runs does not get the old release back beside the new schema.
        using var interrupt = new CancellationTokenSource();
        var undone = new List<string>();
        var plan = new Plan("Release", "tiny",
        [
            new Stage(1, new Step("switch", "x") { Do = _ => Task.FromResult(""), Undo = _ => { undone.Add("switch"); return Task.CompletedTask; } }),
            new Stage(1, contract with
            {
                Do = async token =>
                {
                    await interrupt.CancelAsync();
                    return await contract.Do(token);
                },
            }),
        ]);
        await new PlanRunner(store.Notes).RunAsync(plan, new MemoryJournal(), new RunSignals(interrupt.Token));
        undone.ShouldBeEmpty();
        (await ColumnsAsync(store)).ShouldBe(["id", "title"]);
        (await store.RowsAsync("select fits_old_release from opticworks.migration where name = 'Migration6'")).ShouldBe(["False"]);
        await store.ShouldAgreeAsync();
    }

    [Fact]
    public async Task A_contract_among_others_is_refused_before_anything_is_applied()
    {
        await using var store = await LightStore.CreateAsync(server);
        await store.MigrateAsync();
        store.Light.Write(("migrations/lens/Migration6.sql", "alter table lens rename column name to title;"), ("migrations/loyalty/Migration7.sql", "create table extra (id text);"));
        var expand = Plans(store).Expand(store.Light.Release.Release, Running);

        var refused = await Should.ThrowAsync<OperationException>(() => expand.Steps[0].Do(CancellationToken.None));
        refused.ExitCode.ShouldBe(ExitCodes.PreflightRefused);
        refused.Seen.ShouldNotBeNull().ShouldContain("lens Migration6 is a contract");
        (await ColumnsAsync(store)).ShouldBe(["id", "name"]);
        (await store.RowsAsync("select to_regclass('extra')::text")).ShouldBe([""]);
    }

    [Fact]
    public async Task A_contract_that_fails_is_left_for_Migrate_and_the_release_stays()
    {
        await using var store = await LightStore.CreateAsync(server);
        await store.MigrateAsync();
        store.Light.Write(("migrations/lens/Migration6.sql", "alter table lens rename column name to title; select 1/0;"));

        (await Plans(store).Contract(store.Light.Release.Release).Do(CancellationToken.None)).ShouldBe("left pending");
        store.Notes.Warnings.ShouldContain(warning => warning.Contains("./build.sh Migrate --environment tiny", StringComparison.Ordinal));
        (await ColumnsAsync(store)).ShouldBe(["id", "name"]);
    }

    private static Task<string[]> ColumnsAsync(LightStore store) => store.RowsAsync("select column_name from information_schema.columns where table_name = 'lens' order by 1");

    private MigratePlans Plans(LightStore store)
    {
        var environment = Storefront.EdgeShop.Describe(new Uri("http://127.0.0.1:1"), new Uri("http://127.0.0.1:1"));
        environment = environment with
        {
            Releases = environment.Releases with { Directory = store.Light.Path[..store.Light.Path.LastIndexOf("/releases/", StringComparison.Ordinal)] },
            Database = environment.Database with { Name = store.Database, User = PostgresServer.User, Port = server.Port, Tunnel = false },
        };
        var options = new SshOptions(new Tool("ssh", "", "ssh", "none"), "/dev/null", null, SshOptions.DefaultControlDirectory());
        var tools = new MigrationTools(token => StoreDatabase.OpenAsync(environment.Database, PostgresServer.Password, options, token),
            token => TestTools.In(LocalPlace.Cache)(PinnedProgram.SqlParser, token), store.Policy, new BackupGate(TimeSpan.FromHours(26), (_, _) => Task.FromResult(store.Backup), null));
        return new MigratePlans(environment, _ => store.Light, host => host, tools, "mara", store.Notes);
    }
}
