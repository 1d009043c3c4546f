using NSubstitute;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Tests.Hosts;

public sealed class HostGroupTests
{
    private static HostGroup Group(int count, int parallel) => new([.. Enumerable.Range(1, count).Select(number =>
    {
        var host = Substitute.For<IHost>();
        host.Name.Returns($"api-{number}");
        return host;
    })], parallel);

    [Fact]
    public async Task Results_come_in_the_order_of_the_hosts_and_never_more_run_than_allowed()
    {
        var (running, most) = (0, 0);

        var names = await Group(12, 3).OnAllAsync("x", async (host, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Delay(host.Name.Length % 3 * 5);
            Interlocked.Decrement(ref running);
            return host.Name;
        }, CancellationToken.None);

        names.ShouldBe(Enumerable.Range(1, 12).Select(number => $"api-{number}"));
        most.ShouldBe(3);
    }

    [Fact]
    public async Task Every_failure_is_told_and_the_other_hosts_go_on()
    {
        var done = 0;

        var error = await Should.ThrowAsync<OperationException>(() => Group(4, 1).OnAllAsync("Staging", (host, _) =>
        {
            if (host.Name == "api-1")
                throw new OperationException("no room", ExitCodes.PreflightRefused) { Seen = "a\n98 %\n", Next = "free some" };
            if (host.Name == "api-3")
                throw new InvalidOperationException("boom");
            Interlocked.Increment(ref done);
            return Task.CompletedTask;
        }, CancellationToken.None));

        done.ShouldBe(2);
        error.Explain().ShouldBe("""
            Staging failed on 2 of 4 hosts (exit 4)
              where   api-1, api-3
              seen    api-1: no room (98 %)
                      api-3: boom
              next    free some
            """);
    }

    [Fact]
    public async Task One_failure_is_itself()
    {
        var error = await Should.ThrowAsync<HostException>(() => Group(3, 3).OnAllAsync("x", (host, _) =>
            host.Name == "api-2" ? throw new HostException(HostFailure.Unreachable, host.Name, "closed") : Task.CompletedTask, CancellationToken.None));

        error.Where.ShouldBe("api-2");
    }

    [Fact]
    public async Task Cancellation_begins_no_more_hosts()
    {
        using var cancel = new CancellationTokenSource();
        var begun = 0;

        await Should.ThrowAsync<OperationCanceledException>(() => Group(5, 1).OnAllAsync("x", (_, _) =>
        {
            begun++;
            return cancel.CancelAsync();
        }, cancel.Token));

        begun.ShouldBe(1);
    }
}
