using System.Collections.Concurrent;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations;
using OpticWorks.Operations.Database;

namespace OpticWorks.Acceptance.Database;

public sealed class DatabaseLockTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private static readonly TimeSpan Generous = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Exactly_one_holds_it_and_the_other_says_who()
    {
        var database = await server.CreateDatabaseAsync();
        await using var first = server.Source(database);
        await using var second = server.Source(database);
        (await DatabaseLock.HolderAsync(second, default)).ShouldBeNull();

        int pid;
        await using (var held = await DatabaseLock.TakeAsync(first, "Backup", "mara@laptop", TimeSpan.Zero, new Silence(), default))
        {
            pid = held.Pid;
            await held.EnsureHeldAsync(default);
            var refused = await Should.ThrowAsync<OperationException>(
                () => DatabaseLock.TakeAsync(second, "Migrate", "ci@runner", TimeSpan.Zero, new Silence(), default));
            refused.ExitCode.ShouldBe(ExitCodes.Locked);
            refused.Seen.ShouldNotBeNull().ShouldContain("opticworks Backup mara@laptop");
            refused.Seen.ShouldContain($"server process {pid}");
            var holder = await DatabaseLock.HolderAsync(second, default);
            var now = await server.ScalarAsync<DateTime>(database, "select now()");
            holder.ShouldNotBeNull().Since.ShouldNotBeNull().UtcDateTime.ShouldBeInRange(now.AddMinutes(-10), now);
        }

        await using var next = await DatabaseLock.TakeAsync(second, "Migrate", "ci@runner", TimeSpan.Zero, new Silence(), default);
        (await DatabaseLock.HolderAsync(first, default)).ShouldNotBeNull().Application.ShouldStartWith("opticworks Migrate");
    }

    [Fact]
    public async Task Who_waits_says_for_whom_and_gets_it_when_it_is_free()
    {
        var database = await server.CreateDatabaseAsync();
        await using var source = server.Source(database);
        var narrator = new Waiting();
        var held = await DatabaseLock.TakeAsync(source, "Backup", "mara@laptop", TimeSpan.Zero, new Silence(), default);
        var waiting = DatabaseLock.TakeAsync(source, "Migrate", "ci@runner", Generous, narrator, default);
        (await narrator.Said.Task.WaitAsync(Generous)).ShouldContain("is held by opticworks Backup");
        waiting.IsCompleted.ShouldBeFalse();
        await held.DisposeAsync();
        await using var taken = await waiting;
        await taken.EnsureHeldAsync(default);
    }

    [Fact]
    public async Task Another_database_of_the_same_server_has_its_own()
    {
        await using var one = server.Source(await server.CreateDatabaseAsync());
        await using var other = server.Source(await server.CreateDatabaseAsync());
        await using var first = await DatabaseLock.TakeAsync(one, "Backup", "mara@laptop", TimeSpan.Zero, new Silence(), default);
        await using var second = await DatabaseLock.TakeAsync(other, "Backup", "mara@laptop", TimeSpan.Zero, new Silence(), default);
        first.Pid.ShouldNotBe(second.Pid);
    }

    [Fact]
    public async Task It_ends_with_its_session_and_the_holder_learns_it()
    {
        var database = await server.CreateDatabaseAsync();
        await using var source = server.Source(database);
        await using var held = await DatabaseLock.TakeAsync(source, "Backup", "mara@laptop", TimeSpan.Zero, new Silence(), default);
        await server.ExecuteAsync(database, $"select pg_terminate_backend({held.Pid}, 60000)");
        (await Should.ThrowAsync<OperationException>(() => held.EnsureHeldAsync(default))).Message.ShouldContain("lost");
        await using var next = await DatabaseLock.TakeAsync(source, "Migrate", "ci@runner", Generous, new Silence(), default);
        await next.EnsureHeldAsync(default);
    }

    /// <summary>It has the lock, and waits for what a killed holder still runs; then it gives up, and its source goes on with other work.</summary>
    [Fact]
    public async Task Who_gives_up_waiting_leaves_no_session_that_holds_it()
    {
        var database = await server.CreateDatabaseAsync();
        await using var source = server.Source(database);
        await using var other = server.Source(database);
        await using var stray = await other.OpenConnectionAsync();
        await using (var name = new Npgsql.NpgsqlCommand("set application_name = 'opticworks Backup'", stray))
            await name.ExecuteNonQueryAsync();
        using var interrupt = new CancellationTokenSource();
        var narrator = new Waiting();
        var taking = DatabaseLock.TakeAsync(source, "Migrate", "ci@runner", TimeSpan.Zero, narrator, interrupt.Token);
        (await narrator.Said.Task.WaitAsync(Generous)).ShouldContain("whose operator is gone");
        await interrupt.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => taking);

        await Wait.UntilAsync("nobody holds it", async () => await DatabaseLock.HolderAsync(other, default) is null);
    }

    [Fact]
    public async Task Of_many_that_try_at_once_one_at_a_time_works()
    {
        var database = await server.CreateDatabaseAsync();
        await using var source = server.Source(database);
        var inside = 0;
        var seen = new ConcurrentBag<int>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            await using var held = await DatabaseLock.TakeAsync(source, "Backup", "mara@laptop", Generous, new Silence(), default);
            seen.Add(Interlocked.Increment(ref inside));
            await Task.Yield();
            Interlocked.Decrement(ref inside);
        }));
        seen.ShouldBe(Enumerable.Repeat(1, 8));
    }

    private sealed class Waiting : INarrator
    {
        public TaskCompletionSource<string> Said { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Say(string topic, string text) => Said.TrySetResult(text);

        public void Warn(string topic, string text) => Said.TrySetResult(text);

        public void Detail(string topic, string text)
        {
        }
    }
}
