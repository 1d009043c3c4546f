using OpticWorks.Operations.Database.Inventory;
using OpticWorks.Operations.Database.Lint;
using OpticWorks.Operations.Database.Migrations;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Operations.Tests.Database;

public sealed class MigrationTextTests
{
    private static readonly ReleaseId Release = ReleaseId.Parse("r-20261126-141203-3f9c2ab");

    private static readonly HostLayout Layout = new("/opt/medusa");

    [Fact]
    public void Medusa_runs_with_limits_and_only_as_long_as_somebody_waits_for_it()
    {
        var limits = new MedusaLimits(TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(10), "opticworks-medusa-0f3a");
        limits.Options.ShouldBe("-c lock_timeout=500 -c statement_timeout=600000 -c client_connection_check_interval=1000 -c application_name=opticworks-medusa-0f3a");
        var text = MigrationCommands.Medusa(Layout, Release, limits, 5, "db:migrate", "--execute-safe-links").ToString();
        text.ShouldEndWith(" opticworks /opt/medusa/releases/r-20261126-141203-3f9c2ab '-c lock_timeout=500 -c statement_timeout=600000 -c client_connection_check_interval=1000 "
            + "-c application_name=opticworks-medusa-0f3a' 5 /opt/node/current/bin/node node_modules/@medusajs/cli/cli.js db:migrate --execute-safe-links");
        text.ShouldContain("\"$@\" < /dev/null 3<&- &");
        MigrationCommands.Script(Layout, Release, "{\"only\":[]}").ToString().ShouldEndWith("releases/r-20261126-141203-3f9c2ab /opt/node/current/bin/node - '{\"only\":[]}'");
    }

    [Theory]
    [InlineData("info:    MODULE: lens", null, false, false)]
    [InlineData("""{"level":"error","message":"Failed with error canceling statement due to lock timeout"}""", "Failed with error canceling statement due to lock timeout", true, false)]
    [InlineData("""{"level":"warn","message":"Local Event Bus installed."}""", null, false, false)]
    [InlineData("error:   Some migrations failed to run: x", "error:   Some migrations failed to run: x", false, false)]
    [InlineData("{not json", null, false, false)]
    public void Lines_are_read_in_both_of_Medusas_forms(string line, string? error, bool lockTimedOut, bool done)
    {
        var output = new MedusaOutput();
        (output.Read(line) is not null).ShouldBe(done);
        output.Errors.ShouldBe(error is null ? [] : [error]);
        output.LockTimedOut.ShouldBe(lockTimedOut);
    }

    [Fact]
    public void The_migration_at_work_is_known_from_the_lines()
    {
        var output = new MedusaOutput();
        output.Read("""{"level":"info","message":"MODULE: loyalty"}""").ShouldBeNull();
        output.Read("""{"level":"info","message":"  ● Migrating Migration1"}""").ShouldBeNull();
        output.Current.ShouldBe("loyalty Migration1");
        output.Read("""{"level":"info","message":"  ✔ Migrated Migration1"}""").ShouldBe("loyalty Migration1");
        output.Current.ShouldBeNull();
        output.Read("""{"level":"info","message":"Running migration script /opt/medusa/x/fill.js"}""").ShouldBeNull();
        output.Current.ShouldBe("loyalty fill.js");
    }

    [Theory]
    [InlineData("2.11.2", false)]
    [InlineData("2.11.3", true)]
    [InlineData("2.12.1", true)]
    [InlineData("2.12.2", false)]
    [InlineData("2.21.2-preview-1", false)]
    public void Versions_that_swallow_failures_are_known(string version, bool swallows) => new ReleaseInventory(version, "", [], [], []).SwallowsFailures.ShouldBe(swallows);

    [Fact]
    public void An_inventory_is_found_among_what_a_store_prints()
    {
        var inventory = ReleaseInventory.Read("hello\nopticworks-inventory {\"medusa\":\"2.21.2\",\"code\":\"c\",\"modules\":[{\"name\":\"lens\",\"migrations\":[{\"name\":\"M1\",\"file\":\"f\",\"sha256\":\"s\",\"notes\":[],"
            + "\"up\":{\"sql\":[\"select 1\"],\"dataDependent\":false,\"transactional\":true}}]}],\"links\":[\"a_b\"],\"scripts\":[{\"name\":\"s.js\",\"file\":\"s.js\",\"skipped\":true}]}\nbye\n", "here", "");
        inventory.Migrations.Single().Migration.Up!.Sql.ShouldBe(["select 1"]);
        inventory.Scripts.Single().Skipped.ShouldBeTrue();
        Should.Throw<OperationException>(() => ReleaseInventory.Read("", "here", "node: not found")).Seen.ShouldBe("node: not found");
        Should.Throw<OperationException>(() => ReleaseInventory.Read("opticworks-inventory {\"error\":\"Error: no module\"}", "here", "")).Seen.ShouldBe("Error: no module");
    }

    [Fact]
    public void Pauses_double_up_to_a_limit_and_vary_by_half()
    {
        var policy = new MigrationPolicy();
        new[] { 1, 2, 3, 6, 60 }.Select(attempt => policy.Pause(attempt, 0.5).TotalSeconds).ShouldBe([1, 2, 4, 30, 30]);
        policy.Pause(2, 0).TotalSeconds.ShouldBe(1);
        policy.Pause(2, 1).TotalSeconds.ShouldBe(3);
    }

    [Fact]
    public void Only_what_can_be_accepted_is_accepted()
    {
        var policy = MigrationPolicy.Accepting("lock, Contract,collision");
        policy.Accepted.ShouldBe([Concern.Lock, Concern.Contract], ignoreOrder: true);
        policy.AcceptCollisions.ShouldBeTrue();
        MigrationPolicy.Accepting(null).Accepted.ShouldBeEmpty();
        Should.Throw<OperationException>(() => MigrationPolicy.Accepting("dataloss")).ExitCode.ShouldBe(ExitCodes.Configuration);
    }

    [Theory]
    [InlineData("text", "text", TypeChange.InPlace)]
    [InlineData("character varying(20)", "varchar(64)", TypeChange.InPlace)]
    [InlineData("character varying(64)", "varchar(20)", TypeChange.Other)]
    [InlineData("character varying(20)", "text", TypeChange.InPlace)]
    [InlineData("text", "varchar", TypeChange.InPlace)]
    [InlineData("text", "varchar(20)", TypeChange.Other)]
    [InlineData("numeric(10,2)", "numeric(12,2)", TypeChange.InPlace)]
    [InlineData("numeric(10,2)", "numeric(12,4)", TypeChange.Other)]
    [InlineData("integer", "int8", TypeChange.Wider)]
    [InlineData("bigint", "int4", TypeChange.Other)]
    [InlineData("integer", "numeric", TypeChange.Wider)]
    [InlineData("text", "jsonb", TypeChange.Other)]
    [InlineData("text[]", "text", TypeChange.Other)]
    [InlineData(null, "text", TypeChange.Other)]
    public void A_change_of_type_is_in_place_wider_or_neither(string? from, string to, string change) => TypeChange.Of(from, to).ShouldBe(change);

    [Fact]
    public void Statistics_are_read_as_they_were_written_and_nothing_else_is()
    {
        var facts = new TableFacts(new TableSize(5, 8192), new Dictionary<string, string> { ["id"] = "text" }, ["i"], new Dictionary<string, string> { ["c"] = "CHECK ((id IS NOT NULL)) NOT VALID" });
        var written = new TableStatistics(DateTimeOffset.UnixEpoch, new Dictionary<string, TableFacts> { ["public.t"] = facts }, ["v"], ["M1"]).Write();
        var read = TableStatistics.Read(written, "f");
        read.Write().ShouldBe(written);
        read.Tables["public.t"].FilledChecks("id").ShouldBe([("c", false)]);
        foreach (var wrong in new[] { "", "[]", "{}", """{"schema":2,"tables":{}}""", """{"schema":1,"tables":{}}""" })
            Should.Throw<OperationException>(() => TableStatistics.Read(wrong, "f")).ExitCode.ShouldBe(ExitCodes.Configuration);
    }
}
