using FsCheck;
using FsCheck.Fluent;
using OpticWorks.Operations.Database.Inventory;
using OpticWorks.Operations.Database.Ledger;
using OpticWorks.Operations.Database.Migrations;

namespace OpticWorks.Operations.Tests.Database;

public sealed class MigrationStateTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Each_migration_stands_where_files_and_database_say()
    {
        var inventory = Inventory([("lens", "M1"), ("lens", "M2"), ("loyalty", "M3"), ("other", "M3")], ["lens_account", "untold", "missing"], ["done.js", "killed.js", "new.js"]);
        var applied = Applied("M1", "M3", "M0") with
        {
            Tables = new HashSet<string> { "lens_account", "untold" },
            Links = ["lens_account", "taken_out"],
            Scripts = [new BegunScript("done.js", Noon, Noon), new BegunScript("killed.js", Noon, null)],
        };

        MigrationState.Of(inventory, applied, new Dictionary<string, string> { ["M1"] = "r-1" }).Lines
            .Select(line => $"{line.Kind} {line.Standing} {line.Module} {line.Name} {line.Release}".TrimEnd()).ShouldBe(
            [
                "Module Applied lens M1 r-1", "Module Pending lens M2", "Module Colliding loyalty M3", "Module Colliding other M3", "Module Orphaned  M0",
                "Link Applied  lens_account", "Link Pending  untold", "Link Pending  missing", "Link Orphaned  taken_out",
                "Script Applied  done.js", "Script Unfinished  killed.js", "Script Pending  new.js",
            ]);
    }

    /// <summary>Whoever accepts a collision accepts that one of them never runs, not that nobody looks at the one that does.</summary>
    [Fact]
    public void Of_migrations_with_one_name_the_first_is_due_until_the_name_is_recorded()
    {
        var inventory = Inventory([("lens", "M1"), ("loyalty", "M3"), ("other", "M3")], [], []);
        var before = MigrationState.Of(inventory, Applied("M1"), new Dictionary<string, string>());
        before.PendingMigrations.Select(one => $"{one.Module} {one.Migration.Name}").ShouldBe(["loyalty M3"]);
        before.IsPending.ShouldBeTrue();
        MigrationProof.Problems(before, before, Applied("M1"), [], null, 0).ShouldBe(["not applied: loyalty M3"]);

        var after = MigrationState.Of(inventory, Applied("M1", "M3"), new Dictionary<string, string>());
        after.IsPending.ShouldBeFalse();
        after.PendingMigrations.ShouldBeEmpty();
        MigrationProof.Problems(before, after, Applied("M1", "M3"), [], null, 0).ShouldBeEmpty();
    }

    [Fact]
    public void What_a_feature_flag_turns_off_is_neither_pending_nor_an_orphan()
    {
        var off = new ReleaseInventory("2.21.2", "c", [new ModuleInventory("lens", [new MigrationInventory("M1", "f", "", [], Skipped: true)])], [], [new ScriptInventory("s.js", "s.js", true)]);
        MigrationState.Of(off, Applied("M1"), new Dictionary<string, string>()).Lines.ShouldBeEmpty();
        MigrationState.Of(off, Applied(), new Dictionary<string, string>()).IsPending.ShouldBeFalse();
    }

    [Fact]
    public void Every_name_stands_somewhere_once_and_what_is_pending_is_not_recorded()
    {
        var names = Gen.Choose(0, 12).Select(n => $"M{n}").ListOf();
        Prop.ForAll(names.ToArbitrary(), names.ToArbitrary(), (files, recorded) =>
        {
            var inventory = Inventory([.. files.Select((name, i) => ($"m{i % 3}", name)).Distinct()], [], []);
            var applied = Applied([.. recorded.Distinct()]);
            var state = MigrationState.Of(inventory, applied, new Dictionary<string, string>());
            var pending = state.PendingMigrations.Select(one => one.Migration.Name).ToList();
            return state.Lines.Select(line => line.Name).ToHashSet().SetEquals(files.Concat(recorded))
                && pending.All(name => !recorded.Contains(name))
                && pending.Distinct().Count() == pending.Count
                && state.Of(Standing.Orphaned).All(line => !files.Contains(line.Name))
                && state.IsPending == (pending.Count > 0);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_proof_names_everything_that_is_not_as_it_should_be()
    {
        var inventory = Inventory([("lens", "M1"), ("loyalty", "M2"), ("loyalty", "M3")], ["lens_account"], ["a.js", "b.js"]);
        var before = MigrationState.Of(inventory, Applied("M1"), new Dictionary<string, string>());
        var applied = Applied("M2") with { Scripts = [new BegunScript("a.js", Noon, null)], InvalidIndexes = ["lens.old", "lens.broken"] };
        var after = MigrationState.Of(inventory, applied, new Dictionary<string, string>());
        var output = new MedusaOutput();
        output.Read("""{"level":"info","message":"MODULE: loyalty"}""");
        output.Read("""{"level":"info","message":"  ● Migrating M3"}""");
        output.Read("""{"level":"error","message":"Failed with error boom\n at x"}""");

        MigrationProof.Problems(before, after, applied, ["lens.old"], output, 1).ShouldBe(
        [
            "not applied: lens M1", "not applied: loyalty M3", "no longer recorded: lens M1", "link table lens_account is missing", "script a.js did not come to its end",
            "script b.js did not run", "index lens.broken is not valid: its CREATE INDEX CONCURRENTLY failed; drop it before the next attempt",
            "Medusa ended with exit 1 at loyalty M3", "Medusa logged: Failed with error boom",
        ]);
    }

    [Fact]
    public void A_run_that_ended_without_a_word_is_settled_by_the_database()
    {
        LedgerMigration[] expected = [One("M1"), One("M2")];
        var run = new LedgerRun("1", "r-1", "mara@laptop", false, Noon, expected, "c", null, null);
        var settled = Reconciliation.Of([run, run with { Id = "2", Result = LedgerRun.Proved }], [], Applied("M1")).ShouldHaveSingleItem();
        settled.Applied.ShouldBe([expected[0]]);
        settled.Text.ShouldBe("mara@laptop was migrating for r-1 and did not come to the end: 1 of 2 are applied");

        var reverting = Reconciliation.Of([run with { Reverts = true }], [Entry("M1"), Entry("M2")], Applied("M1")).ShouldHaveSingleItem();
        reverting.Applied.ShouldBeEmpty();
        reverting.Reverted.ShouldBe([expected[1]]);
        Reconciliation.Vanished([Entry("M1"), Entry("M2")], Applied("M1")).ShouldBe([Entry("M2")]);
    }

    [Fact]
    public void A_release_is_only_taken_back_whole_and_from_the_latest_on()
    {
        var inventory = new ReleaseInventory("2.21.2", "c",
        [
            new ModuleInventory("lens", [Reversible("M1"), new MigrationInventory("M2", "f", "", []), Reversible("M4")]),
        ], [], []);
        var preview = RevertPreview.Of("r-1", [Entry("M1"), Entry("M2"), Entry("M4") with { Release = "r-2" }], Applied("M1", "M2", "M4"), inventory, _ => [], ["r-1"]);
        preview.Refusals.ShouldBe(
        [
            "r-1 still runs, and would fail without them: ./build.sh Rollback first",
            "lens M2 has no down",
            "lens M2: M4 of the same module was applied after it, for r-2; take that back first",
            "lens M1: M4 of the same module was applied after it, for r-2; take that back first",
        ]);
        RevertPreview.Of("r-3", [], Applied(), inventory, _ => [], []).Refusals.ShouldBe(["the ledger knows no migration that was applied for r-3"]);
    }

    private static MigrationInventory Reversible(string name) => new(name, "f", "", [], Down: new MigrationSql(["drop table t"]));

    private static LedgerMigration One(string name) => new(MigrationKind.Module, "lens", name, "", true, false);

    private static LedgerEntry Entry(string name) => new(One(name), "r-1", "1", Noon);

    private static AppliedMigrations Applied(params string[] names) => AppliedMigrations.Named(names);

    /// <summary>c: the code; f: the fingerprint after it; r: it took back; x: it failed.</summary>
    [Theory]
    [InlineData("", null)]
    [InlineData("c1 f1", 0)]
    [InlineData("c1 f1, c2 f1", 0)]
    [InlineData("c1 f1, c1 f1", 1)]
    [InlineData("c1 f2", null)]
    [InlineData("c1 f1, c2 f2", null)]
    [InlineData("c1 f1, c2 f2, c3 f1", null)]
    [InlineData("c1 f1, c2 f1 r", null)]
    [InlineData("c1 f1, c2 x", null)]
    [InlineData("c2 f1", null)]
    public void Nothing_is_run_for_code_that_was_proved_on_this_schema_and_nothing_else_came_since(string history, int? found)
    {
        var runs = history.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select((text, index) => text.Split(' ') is var words && words.Contains("x")
            ? new LedgerRun($"{index}", "r-1", "mara@laptop", false, Noon, [], words[0], "failed", null)
            : new LedgerRun($"{index}", "r-1", "mara@laptop", words.Contains("r"), Noon, [], words[0], LedgerRun.Proved, words[1])).ToList();

        Migrator.Same(runs, "c1", "f1").ShouldBe(found is { } index ? runs[index] : null);
    }

    private static ReleaseInventory Inventory(IReadOnlyList<(string Module, string Name)> migrations, IReadOnlyList<string> links, IReadOnlyList<string> scripts) => new("2.21.2", "c",
        [.. migrations.GroupBy(one => one.Module).Select(module => new ModuleInventory(module.Key, [.. module.Select(one => new MigrationInventory(one.Name, "f", "", []))]))],
        links, [.. scripts.Select(name => new ScriptInventory(name, name))]);
}
