using Npgsql;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations;
using OpticWorks.Operations.Database;
using OpticWorks.Operations.Database.Lint;
using OpticWorks.Operations.Database.Migrations;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Acceptance.Database;

/// <summary>Migrating a real PostgreSQL 17, with a light Medusa.</summary>
public sealed class MigratorTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    [Fact]
    public async Task What_is_pending_is_applied_proved_and_written_down_once()
    {
        await using var store = await LightStore.CreateAsync(server);
        var before = await store.StateAsync();
        before.Of(Standing.Pending).Select(line => line.Name).ShouldBe(["Migration1", "Migration2", "Migration3", "lens_account", "fill"]);
        (await store.RowsAsync("select count(*) from information_schema.tables where table_schema in ('public', 'opticworks')")).ShouldBe(["0"]);

        (await store.MigrateAsync(otherRelease: true)).ShouldStartWith("3 migrations, 1 link table, 1 script applied and proved");
        var after = await store.StateAsync();
        after.Lines.ShouldAllBe(line => line.Standing == Standing.Applied && line.Release == store.Light.Release.Release.Text && (line.Kind == MigrationKind.Link || line.At != null));
        await store.ShouldAgreeAsync();
        (await store.MigrateAsync()).ShouldStartWith("nothing is pending");
        store.Notes.Warnings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("LIES=1", "migrations/loyalty/Migration4.sql", "alter table account add column x int; select 1/0;", "not applied: loyalty Migration2, Migration3, Migration4", "division by zero")]
    [InlineData("", "links/lens_account.sql", "create table lens_account (id nonsense);", "link table lens_account is missing", "")]
    public Task A_failure_is_told_whatever_Medusa_says(string variables, string file, string sql, string problem, string cause) =>
        FailureAsync(server, variables, file, sql, problem, cause);

    [Theory]
    [InlineData("""{"problem":"connect ECONNREFUSED 10.0.1.20:5432","code":"ECONNREFUSED"}""", "cannot reach its database")]
    [InlineData("""{"problem":"database \"shop\" does not exist","code":"3D000"}""", "does not exist")]
    [InlineData("""{"name":"shop_other","oid":1,"started":"1.5"}""", "another database than this program")]
    [InlineData("node: command not found", "could not be asked")]
    public async Task A_release_that_reaches_another_database_or_none_is_refused(string answer, string refusal)
    {
        await using var store = await LightStore.CreateAsync(server);
        store.Light.Reaches = answer;
        var failure = await store.FailAsync();
        failure.ExitCode.ShouldBe(ExitCodes.PreflightRefused);
        failure.Message.ShouldContain(refusal);
        (await store.RowsAsync("select count(*) from information_schema.schemata where schema_name = 'opticworks'")).ShouldBe(["0"]);
    }

    [Theory]
    [InlineData("drop table event", true)]
    [InlineData("truncate event", true)]
    [InlineData("delete from event", true)]
    [InlineData("drop table event_2026", true)]
    [InlineData("alter table event drop column body", true)]
    [InlineData("drop type mood cascade", true)]
    [InlineData("drop table empty", false)]
    public async Task Rows_of_partitions_and_columns_of_a_type_are_not_lost_without_a_backup(string sql, bool loses)
    {
        await using var store = await LightStore.CreateAsync(server);
        await store.MigrateAsync();
        await server.ExecuteAsync(store.Database, """
            create type mood as enum ('fine'); create table felt (m mood); insert into felt values ('fine');
            create table event (id int, body text) partition by range (id);
            create table event_2026 partition of event for values from (0) to (1000000);
            insert into event select i, 'x' from generate_series(1, 1000) i;
            create table empty (id int) partition by range (id);
            create table empty_2026 partition of empty for values from (0) to (1000000);
            """);
        store.Light.Write(("migrations/lens/Migration5.sql", $"{sql};"));
        if (loses)
            (await store.FailAsync()).ExitCode.ShouldBe(ExitCodes.NoFreshBackup);
        else
            (await store.MigrateAsync()).ShouldStartWith("1 migration applied and proved");
    }

    [Fact]
    public async Task What_Medusa_applies_after_the_connection_to_its_host_broke_is_written_down_by_the_next_run()
    {
        await using var store = await LightStore.CreateAsync(server, ("migrations/loyalty/Migration4.sql", "select pg_sleep(2);"));
        var host = new Dropping(store.Light);
        var release = new ReleaseOnHost(store.Light, host, new HostLayout(Path.GetFullPath(Path.Combine(store.Light.Path, "../.."))), store.Light.Release.Release);
        var failure = await Should.ThrowAsync<OperationException>(() => store.Migrator().MigrateAsync(release, false, default));
        failure.Seen.ShouldNotBeNull().ShouldContain("the connection to api-1 was lost");
        await host.Running!;
        (await store.MigrateAsync()).ShouldContain("proved");
        store.Notes.Warnings.ShouldContain(line => line.Contains("did not come to the end"));
        await store.ShouldAgreeAsync();
    }

    /// <summary>Its connection breaks while Medusa is at Migration4, and Medusa goes on.</summary>
    private sealed class Dropping(IHost host) : IHost
    {
        public Task? Running { get; private set; }

        public string Name => host.Name;

        public async Task<HostResult> RunAsync(ShellCommand command, Stream? input = null, Action<string>? onLine = null, CancellationToken cancellationToken = default)
        {
            if (Running is not null)
                return await host.RunAsync(command, input, onLine, cancellationToken);
            var begun = new TaskCompletionSource();
            Running = host.RunAsync(command, new System.IO.Pipelines.Pipe().Reader.AsStream(), line =>
            {
                if (line.Contains("Migrating Migration4", StringComparison.Ordinal))
                    begun.TrySetResult();
            }, CancellationToken.None);
            await begun.Task;
            throw new HostException(HostFailure.Dropped, Name, "the connection broke");
        }

        public Task<HostResult> StreamAsync(ShellCommand command, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken = default, Stream? input = null) =>
            host.StreamAsync(command, read, cancellationToken, input);

        public Task UploadAsync(Stream content, string path, string mode, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }

    [Fact]
    public async Task A_backup_that_runs_is_waited_for_or_named()
    {
        await using var store = await LightStore.CreateAsync(server);
        await using (await DatabaseLock.TakeAsync(store.Source, "Backup", "ci@runner", TimeSpan.Zero, new Silence(), default))
        {
            store.Policy = store.Policy with { Lock = TimeSpan.Zero };
            var refused = await store.FailAsync();
            refused.ExitCode.ShouldBe(ExitCodes.Locked);
            refused.Seen.ShouldNotBeNull().ShouldContain("opticworks Backup ci@runner");
        }

        (await store.MigrateAsync()).ShouldContain("applied and proved");
    }

    [Fact]
    public async Task A_contract_is_refused_while_another_release_runs()
    {
        await using var store = await LightStore.CreateAsync(server);
        await store.MigrateAsync();
        store.Light.Write(("migrations/lens/Migration6.sql", "alter table lens rename column name to title;"));

        var refused = await store.FailAsync(otherRelease: true);
        refused.ExitCode.ShouldBe(ExitCodes.PreflightRefused);
        refused.Seen.ShouldNotBeNull().ShouldContain("lens Migration6 is a contract");
        refused.Next.ShouldNotBeNull().ShouldEndWith("--accept contract");

        store.Policy = store.Policy with { Accepted = new HashSet<Concern> { Concern.Contract } };
        (await store.MigrateAsync(otherRelease: true)).ShouldStartWith("1 migration applied and proved");
        (await store.RowsAsync("select fits_old_release from opticworks.migration where name = 'Migration6'")).ShouldBe(["False"]);
    }

    [Fact]
    public async Task Data_is_only_destroyed_after_a_verified_backup()
    {
        await using var store = await LightStore.CreateAsync(server);
        await store.MigrateAsync();
        store.Light.Write(("migrations/lens/Migration7.sql", "alter table lens drop column name;"));

        (await store.FailAsync()).ExitCode.ShouldBe(ExitCodes.NoFreshBackup);
        store.Backup = new VerifiedBackup("b-old", DateTimeOffset.UtcNow.AddHours(-27));
        (await store.FailAsync()).Seen.ShouldNotBeNull().ShouldContain("b-old");
        store.Backup = new VerifiedBackup("b-new", DateTimeOffset.UtcNow.AddHours(-1));
        (await store.MigrateAsync()).ShouldStartWith("1 migration applied and proved");
        (await store.RowsAsync("select loses_data from opticworks.migration where name = 'Migration7'")).ShouldBe(["True"]);
    }

    internal static async Task FailureAsync(PostgresServer server, string variables, string file, string sql, string problem, string cause)
    {
        await using var store = await LightStore.CreateAsync(server, (file, sql));
        store.Policy = store.Policy with { Silence = TimeSpan.FromSeconds(3) };
        store.Light.Environment(variables);

        var failure = await store.FailAsync();

        failure.Seen.ShouldNotBeNull().ShouldContain(problem);
        failure.Seen.ShouldContain(cause);
        await store.ShouldAgreeAsync();
        // Mended, the next run goes on from there.
        store.Light.Environment("").Write((file, file.StartsWith("links", StringComparison.Ordinal) ? "create table lens_account (id text);" : "select 1;"));
        (await store.MigrateAsync()).ShouldContain("applied and proved");
        await store.ShouldAgreeAsync();
        (await store.StateAsync()).IsPending.ShouldBeFalse();
    }
}
