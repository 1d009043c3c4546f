using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations;
using OpticWorks.Operations.Database.Inventory;
using OpticWorks.Operations.Database.Migrations;
using OpticWorks.Operations.Releases;
using Xunit.Abstractions;

namespace OpticWorks.Acceptance.Database;

/// <summary>The sample store's real Medusa on a real PostgreSQL 17.</summary>
[Trait("Tier", "Campaign")]
public sealed class MedusaMigrateTests(MedusaStore store, ITestOutputHelper told) : IClassFixture<MedusaStore>
{
    private static readonly TimeSpan TellLimit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task An_empty_database_is_migrated_and_proved_and_the_second_time_nothing_is_pending()
    {
        var database = await store.Server.CreateDatabaseAsync();
        var release = await store.ReleaseAsync(database);
        await using var source = store.Server.Source(database);
        var narrator = new Notes();
        var migrator = Migrator(source, narrator);

        var review = await migrator.ReviewAsync(release.InventoryAsync, default);
        review.State.Of(Standing.Applied).ShouldBeEmpty();
        review.State.Of(Standing.Colliding).ShouldBeEmpty();
        review.State.PendingMigrations.Count.ShouldBe(185);
        review.Findings.Count().ShouldBeLessThanOrEqualTo(2, string.Join('\n', review.Findings));
        told.WriteLine($"lint of {review.State.PendingMigrations.Count} migrations, {review.Pending.Sum(one => one.Migration.Up!.Sql.Count)} texts: {review.Findings.Count()} findings");
        (await migrator.MigrateAsync(release, true, default)).ShouldStartWith("185 migrations, 20 link tables, 5 scripts applied and proved");
        var state = await migrator.StateAsync(release.InventoryAsync, default);
        state.IsPending.ShouldBeFalse();
        state.Lines.ShouldAllBe(line => line.Standing == Standing.Applied && line.Release == release.Release.Text);
        (await migrator.MigrateAsync(release, true, default)).ShouldStartWith("nothing is pending, and nothing to migrate has changed since");
        narrator.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_status_is_what_Medusa_itself_has_recorded()
    {
        var database = await store.MigratedDatabaseAsync();
        var release = await store.ReleaseAsync(database);
        await using var source = store.Server.Source(database);
        var state = await Migrator(source, new Notes()).StateAsync(release.InventoryAsync, default);
        state.IsPending.ShouldBeFalse(MigrationText.Summary(state));
        state.Of(Standing.Applied).Count(line => line.Kind == MigrationKind.Module).ShouldBe(185);
        state.Lines.ShouldAllBe(line => line.Standing == Standing.Applied && line.Release == null);
        MigrationText.Summary(state).ShouldBe("applied 185 migrations, 20 link tables, 5 scripts");
    }

    [Fact]
    public async Task What_was_read_of_a_release_is_kept_for_those_that_are_the_same()
    {
        var kept = Directory.CreateTempSubdirectory("ow-kept-");
        try
        {
            async Task<ReleaseInventory> ReadAsync(InventoryWish wish, Action<string>? change = null) =>
                await new ReleaseOnHost(store.Host, store.Host, store.Layout, (await store.ReleaseAsync("unused", change)).Release) { Kept = kept.FullName }.InventoryAsync(wish, default);
            var first = await ReadAsync(InventoryWish.Everything);
            var file = kept.GetFiles("*", SearchOption.AllDirectories).ShouldHaveSingleItem().FullName;
            File.WriteAllText(file, File.ReadAllText(file).Replace($"\"medusa\":\"{first.Medusa}\"", "\"medusa\":\"2.999.0\""));

            var again = await ReadAsync(InventoryWish.NamesOnly);
            (again.Medusa, again.Code).ShouldBe(("2.999.0", first.Code));
            again.Migrations.Select(one => one.Migration.Name).ShouldBe(first.Migrations.Select(one => one.Migration.Name));
            again.Migrations.ShouldAllBe(one => one.Migration.Up == null && one.Migration.Down == null);

            var changed = await ReadAsync(InventoryWish.NamesOnly, folder => Write(folder, "Migration20261111090000", "alter table \"loyalty_account\" add column \"one\" text null", null));
            (changed.Medusa, changed.Migrations.Count()).ShouldBe((first.Medusa, first.Migrations.Count() + 1));
            (await ReadAsync(InventoryWish.NamesOnly, folder => File.AppendAllText(Path.Combine(folder, "env"), "FLAG=on\n"))).Medusa.ShouldBe(first.Medusa);
            File.WriteAllText(file, "{\"medusa\":");
            (await ReadAsync(InventoryWish.NamesOnly)).Medusa.ShouldBe(first.Medusa);
        }
        finally
        {
            kept.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Code_is_another_when_migrating_is_and_only_then()
    {
        async Task<string> CodeAsync(Action<string> change) =>
            (await (await store.ReleaseAsync("unused", change)).InventoryAsync(InventoryWish.NamesOnly, default)).Code;
        void Link(string folder, string column)
        {
            Directory.CreateDirectory(Path.Combine(folder, "src", "links"));
            File.WriteAllText(Path.Combine(folder, "src", "links", "product-region.js"), $$"""
                "use strict";
                const { defineLink } = require("@medusajs/framework/utils");
                const product = require("@medusajs/medusa/product").default, region = require("@medusajs/medusa/region").default;
                exports.default = defineLink(product.linkable.product, region.linkable.region, { database: { table: "product_region", extraColumns: { {{column}}: { type: "text" } } } });
                """);
        }

        var first = await CodeAsync(_ => { });
        (await CodeAsync(folder => File.AppendAllText(Path.Combine(folder, "medusa-config.js"), "\n// another build\n"))).ShouldBe(first);
        string[] others =
        [
            await CodeAsync(folder => Write(folder, "Migration20261111090000", "select 1", null)),
            await CodeAsync(folder => Write(folder, "Migration20261111090000", "select 2", null)),
            await CodeAsync(folder => Link(folder, "note")),
            await CodeAsync(folder => Link(folder, "remark")),
            await CodeAsync(folder => Script(folder, "says.js", "return 1;")),
            await CodeAsync(folder => Script(folder, "says.js", "return 2;")),
        ];
        others.Append(first).Distinct().Count().ShouldBe(7, string.Join('\n', others));
    }

    [Theory]
    [InlineData("module", "loyalty Migration20261111090000", "this_does_not_exist")]
    [InlineData("module, exit 0", "loyalty Migration20261111090000", "this_does_not_exist")]
    [InlineData("link, exit 0", "link table cart_promotion is missing", "")]
    [InlineData("script, exit 0", "script fails.js did not", "on purpose")]
    [InlineData("prompt", "Medusa was ended", "Select")]
    [InlineData("database is down", "cannot reach its database", "ECONNREFUSED")]
    [InlineData("database is missing", "database does not exist", "3D000")]
    public async Task Shapes_of_a_failure_are_told_within_90_s_by_name(string shape, string name, string cause)
    {
        var database = await store.MigratedDatabaseAsync();
        await using var source = store.Server.Source(database);
        var release = await store.ReleaseAsync(database, folder => Break(shape, folder));
        if (shape == "link, exit 0")
        {
            // Its table cannot be made: a type has its name.
            await store.Server.ExecuteAsync(database, "drop table cart_promotion; delete from link_module_migrations where table_name = 'cart_promotion'; create type cart_promotion as enum ('x')");
        }
        else if (shape == "prompt")
        {
            await store.Server.ExecuteAsync(database, "insert into link_module_migrations (table_name, link_descriptor) values ('taken_out', '{}')");
        }

        var clock = Stopwatch.StartNew();
        var failure = await Should.ThrowAsync<OperationException>(() => Migrator(source, new Notes()).MigrateAsync(release, false, default));
        told.WriteLine($"{shape}: told after {clock.Elapsed.TotalSeconds:0.0} s: {failure.Message}\n{failure.Seen}");
        clock.Elapsed.ShouldBeLessThan(TellLimit);
        (failure.Message + "\n" + failure.Seen).ShouldContain(name);
        failure.Seen.ShouldNotBeNull().ShouldContain(cause);
    }

    [Fact]
    public async Task Readers_are_held_up_by_no_more_than_the_lock_timeout_an_attempt_and_by_plain_Medusa_for_as_long_as_the_report_runs()
    {
        var ours = await MeasureAsync(async (database, release, source) =>
            told.WriteLine($"Migrate: {await Migrator(source, new Notes()).MigrateAsync(release, false, default)}"));
        var plain = await MeasureAsync(async (_, release, _) =>
        {
            var result = await store.Host.RunAsync(ReleaseCommands.Medusa(store.Layout, release.Release, "db:migrate", "--execute-safe-links", "--skip-scripts"));
            told.WriteLine($"medusa db:migrate: exit {result.ExitCode} after {result.Duration.TotalSeconds:0.0} s");
        });
        told.WriteLine($"longest delay of another reader while a report holds the table for 60 s: Migrate {ours.TotalMilliseconds:0} ms, medusa db:migrate {plain.TotalMilliseconds:0} ms");
        ours.ShouldBeLessThanOrEqualTo(TimeSpan.FromMilliseconds(600));
        plain.ShouldBeGreaterThan(ours);
    }

    [Fact]
    public async Task A_release_is_taken_back_by_the_real_rollback()
    {
        var database = await store.MigratedDatabaseAsync();
        await using var source = store.Server.Source(database);
        var release = await store.ReleaseAsync(database, folder =>
        {
            Write(folder, "Migration20261111090000", "alter table \"loyalty_account\" add column \"one\" text null", "alter table \"loyalty_account\" drop column \"one\"");
            Write(folder, "Migration20261112090000", "alter table \"loyalty_account\" add column \"two\" text null", "alter table \"loyalty_account\" drop column \"two\"");
        });
        var notes = new Notes();
        var migrator = Migrator(source, notes);
        (await migrator.MigrateAsync(release, false, default)).ShouldStartWith("2 migrations applied and proved");
        var preview = await MigrationRevert.PreviewAsync(source, store.Parser, release, release.Release, [], default);
        preview.Refusals.ShouldBeEmpty();
        preview.Migrations.Select(step => step.Migration.Name).ShouldBe(["Migration20261112090000", "Migration20261111090000"]);
        var revert = new MigrationRevert(source, migrator, new MigrationPolicy(), "mara@laptop", notes);
        foreach (var step in preview.Migrations)
            told.WriteLine($"{step.Migration}: {await revert.RunAsync(release, release.Release, step.Migration, default)}");
        (await migrator.StateAsync(release.InventoryAsync, default)).PendingMigrations.Select(one => one.Migration.Name).ShouldBe(["Migration20261111090000", "Migration20261112090000"]);
        (await store.Server.ScalarAsync<long>(database, "select count(*) from information_schema.columns where table_name = 'loyalty_account' and column_name in ('one', 'two')")).ShouldBe(0);
    }

    [Fact]
    public async Task Two_at_once_beside_the_real_Medusa_one_migrates()
    {
        var database = await store.MigratedDatabaseAsync();
        await using var source = store.Server.Source(database);
        var release = await store.ReleaseAsync(database, folder => Write(folder, "Migration20261111090000", "alter table \"loyalty_account\" add column \"one\" text null", null));
        var results = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Migrator(source, new Notes()).MigrateAsync(release, false, default)));
        results.Count(result => result.StartsWith("1 migration applied and proved", StringComparison.Ordinal)).ShouldBe(1);
        results.Count(result => result.StartsWith("nothing is pending", StringComparison.Ordinal)).ShouldBe(1);
    }

    /// <summary>The longest that a reader of loyalty_account waited while a report held the table for 60 s and a migration wanted it.</summary>
    private async Task<TimeSpan> MeasureAsync(Func<string, ReleaseOnHost, NpgsqlDataSource, Task> migrate)
    {
        var database = await store.MigratedDatabaseAsync();
        await using var source = store.Server.Source(database);
        var release = await store.ReleaseAsync(database, folder => Write(folder, "Migration20261111090000", "alter table \"loyalty_account\" add column \"one\" text null", null));
        using var stop = new CancellationTokenSource();
        await using var report = await source.OpenConnectionAsync();
        var reporting = new NpgsqlCommand("select pg_sleep(60), count(*) from loyalty_account", report) { CommandTimeout = 120 }.ExecuteNonQueryAsync();
        var longest = TimeSpan.Zero;
        // A thread of its own: what the test does beside it must not count as the reader's wait.
        var reading = new Thread(() =>
        {
            using var reader = source.OpenConnection();
            using var command = new NpgsqlCommand("select count(*) from loyalty_account", reader) { CommandTimeout = 120 };
            while (!stop.IsCancellationRequested)
            {
                var clock = Stopwatch.StartNew();
                command.ExecuteScalar();
                longest = clock.Elapsed > longest ? clock.Elapsed : longest;
                stop.Token.WaitHandle.WaitOne(20);
            }
        });
        reading.Start();
        await migrate(database, release, source);
        await reporting;
        await stop.CancelAsync();
        reading.Join();
        return longest;
    }

    private static void Break(string shape, string folder)
    {
        switch (shape)
        {
            case "module" or "module, exit 0":
                Write(folder, "Migration20261111090000", "alter table this_does_not_exist add column one text null", null);
                break;
            case "script, exit 0":
                Script(folder, "fails.js", "throw new Error('on purpose');");
                break;
            case "database is down":
                Replace(folder, "@127.0.0.1:", "@127.0.0.2:"); // nobody listens there
                break;
            case "database is missing":
                Replace(folder, "'\nHOME", "_missing'\nHOME");
                break;
        }

        // What of Medusa lies, or asks, in other versions than this one: its command line in the release is wrapped.
        var wrapped = shape switch
        {
            // 2.11.3 to 2.12.1: what was thrown is logged and swallowed.
            "module, exit 0" => "child.on('close', () => process.exit(0));",
            // Without its flag db:migrate asks before it drops a link's table, and with an input that stays open it waits for ever.
            "prompt" => "child.on('close', (code) => process.exit(code ?? 1));",
            _ => null,
        };
        if (wrapped is null)
            return;
        var modules = File.ResolveLinkTarget(Path.Combine(folder, "node_modules"), true)!.FullName;
        File.Delete(Path.Combine(folder, "node_modules"));
        Directory.CreateDirectory(Path.Combine(folder, "node_modules", "@medusajs", "cli"));
        foreach (var entry in Directory.EnumerateFileSystemEntries(modules).Where(entry => Path.GetFileName(entry) != "@medusajs"))
            File.CreateSymbolicLink(Path.Combine(folder, "node_modules", Path.GetFileName(entry)), entry);
        foreach (var entry in Directory.EnumerateFileSystemEntries(Path.Combine(modules, "@medusajs")).Where(entry => Path.GetFileName(entry) != "cli"))
            File.CreateSymbolicLink(Path.Combine(folder, "node_modules", "@medusajs", Path.GetFileName(entry)), entry);
        var filter = shape == "prompt" ? ".filter((word) => word !== '--execute-safe-links')" : "";
        var input = shape == "prompt" ? "'pipe'" : "'inherit'";
        File.WriteAllText(Path.Combine(folder, "node_modules", "@medusajs", "cli", "cli.js"),
            $$"""
            const { spawn } = require("node:child_process");
            const child = spawn(process.execPath, ["{{modules}}/@medusajs/cli/cli.js", ...process.argv.slice(2){{filter}}], { stdio: [{{input}}, "inherit", "inherit"] });
            {{wrapped}}
            """);
    }

    private static void Replace(string folder, string from, string to)
    {
        var env = Path.Combine(folder, "env");
        var text = File.ReadAllText(env);
        text.ShouldContain(from);
        File.WriteAllText(env, text.Replace(from, to));
    }

    /// <summary>A migration script.</summary>
    private static void Script(string folder, string name, string body)
    {
        Directory.CreateDirectory(Path.Combine(folder, "src", "migration-scripts"));
        File.WriteAllText(Path.Combine(folder, "src", "migration-scripts", name), $"exports.default = async () => {{ {body} }};\n");
    }

    /// <summary>A migration of the module loyalty.</summary>
    private static void Write(string folder, string name, string up, string? down) => File.WriteAllText(Path.Combine(folder, "src", "modules", "loyalty", "migrations", $"{name}.js"),
        $$"""
        "use strict";
        const { Migration } = require("@medusajs/framework/mikro-orm/migrations");
        exports.{{name}} = class {{name}} extends Migration {
          async up() { this.addSql(`{{up}};`); }
          {{(down is null ? "" : $"async down() {{ this.addSql(`{down};`); }}")}}
        };
        """);

    private Migrator Migrator(NpgsqlDataSource source, INarrator narrator) => new(source, store.Parser, new MigrationPolicy(), NoBackups, "mara@laptop", narrator);

    private static BackupGate NoBackups { get; } = new(TimeSpan.FromHours(26), (_, _) => Task.FromResult<VerifiedBackup?>(null), null);
}
