using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Acceptance.Releases;
using OpticWorks.Operations;
using OpticWorks.Operations.Canary;
using OpticWorks.Operations.Canary.Judging;
using OpticWorks.Operations.Canary.Safety;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Provisioning;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Traffic;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Acceptance.Canary;

/// <summary>Canaries on real machines with HAProxy and systemd; the backend is the light one.</summary>
[Collection(nameof(SharedFleet))]
public sealed class CanaryTests(LightMachines machines)
{
    /// <summary>An objective that little traffic can show: a canary of a few seconds.</summary>
    internal static readonly CanarySettings Quick = new()
    { Dwell = TimeSpan.FromSeconds(2), ErrorRate = 0.05, P95 = TimeSpan.FromSeconds(30), FalseAlarm = 0.0001, Inconclusive = InconclusivePolicy.Undo };

    private LightFleet Fleet => machines.Fleet;

    private IHost Balancer => Fleet.Connect(Fleet.Environment.Balancer.Host);

    [Fact]
    public async Task A_bad_release_is_undone_and_remembered_as_bad()
    {
        var live = await machines.LiveAsync();
        await using var traffic = Shoppers(60);
        var canary = new CanaryFleet(Fleet, new Silence()) { Settings = Quick with { FalseAlarm = 0.01, Dwell = TimeSpan.FromMinutes(5) } };
        var release = LightMachines.NewRelease();

        var failure = await Should.ThrowAsync<OperationException>(() => StartAsync(canary, release, new LightBehaviour { Errors = 0.5 }));

        failure.ExitCode.ShouldBe(ExitCodes.FailedAndUndone, failure.Explain());
        failure.Message.ShouldContain("Were both equal, evidence this strong appears with probability below");
        failure.Message.ShouldContain("Sample: GET /store/products (500)");
        CanaryFailure.Ended(failure)!.End.ShouldBe(CanaryEnd.Bad);
        await ShouldBeAllOnAsync(live);
        (await Fleet.Book.ReadAsync(CancellationToken.None)).Single(record => record.Release == release.Text)
            .ShouldSatisfyAllConditions(record => record.State.ShouldBe(ReleaseState.Bad), record => record.Note.ShouldStartWith("canary: canary "));
        canary.Views.ShouldAllBe(view => view.Percent == 10);
    }

    [Fact]
    [Trait("Tier", "Campaign")]
    public async Task Orders_from_elsewhere_are_taken_and_a_healthy_release_ends_on_every_instance()
    {
        await machines.LiveAsync();
        await using var traffic = Shoppers(40);
        var canary = new CanaryFleet(Fleet, new Silence()) { Settings = Quick with { Dwell = TimeSpan.FromMinutes(10) } };
        var release = LightMachines.NewRelease();

        var running = StartAsync(canary, release, new LightBehaviour { Build = "orders" });
        await OrderAsync(canary, running, CanaryOrders.Promote, 1);
        await OrderAsync(canary, running, CanaryOrders.Pause, 2);
        await UntilAsync(running, () => canary.Views.ToArray().Any(view => view.Paused == "paused by joe@desk: look at it"));
        await OrderAsync(canary, running, CanaryOrders.Promote, 2);
        await OrderAsync(canary, running, CanaryOrders.Promote, 3);
        await running;

        await ShouldBeAllOnAsync(release);
        TrafficSummary.Of(await traffic.EndAsync()).ShouldSatisfyAllConditions(summary => summary.Failed.ShouldBe(0, summary.ToString()));
        canary.Views.Select(view => view.Percent).Distinct().ShouldBe([10, 50, 100]);
        var late = await Should.ThrowAsync<OperationException>(() => CanaryOrders.GiveAsync(Balancer, "light", CanaryOrders.Abort, "joe@desk", "", CancellationToken.None));
        late.ExitCode.ShouldBe(ExitCodes.PreflightRefused);
    }

    [Fact]
    [Trait("Tier", "Campaign")]
    public async Task An_aborted_canary_leaves_everything_as_it_was_and_calls_nothing_bad()
    {
        var live = await machines.LiveAsync();
        await using var traffic = Shoppers(40);
        var canary = new CanaryFleet(Fleet, new Silence()) { Settings = Quick with { Dwell = TimeSpan.FromMinutes(10) } };
        var release = LightMachines.NewRelease();
        var running = StartAsync(canary, release, new LightBehaviour { Build = "abort" });
        await OrderAsync(canary, running, CanaryOrders.Abort, 1);

        var failure = await Should.ThrowAsync<OperationException>(() => running);

        failure.Message.ShouldContain("aborted by joe@desk: look at it");
        CanaryFailure.Of(failure).ExitCode.ShouldBe(ExitCodes.FailedAndUndone);
        await ShouldBeAllOnAsync(live);
        (await Fleet.Book.ReadAsync(CancellationToken.None)).ShouldNotContain(record => record.Release == release.Text);
    }

    [Fact]
    public async Task The_dead_man_acts_when_renewals_stop_and_only_then()
    {
        var environment = Fleet.Environment;
        var servers = environment.Hosts.SelectMany(host => host.Instances.Select(port => Operations.Traffic.Balancer.ServerName(host.Name, port))).ToArray();
        var canaries = new TrafficSplit(servers.ToDictionary(server => server, server => server == servers[0] ? 200 : 1), []);
        var stable = new TrafficSplit(servers.Skip(1).ToDictionary(server => server, _ => 100), [servers[0]]);
        var traffic = new CanaryTraffic(Balancer, Balancer, environment.Balancer, "r-test");
        await traffic.SetAsync(canaries, CancellationToken.None);

        // Renewed, it does nothing for much longer than its limit.
        await using (var deadMan = new DeadMan(Balancer, "r-test", 1, environment.Balancer.Backend) { Limit = TimeSpan.FromSeconds(6), Renewal = TimeSpan.FromSeconds(1) })
        {
            await deadMan.ArmAsync(stable, CancellationToken.None);
            await Task.Delay(TimeSpan.FromSeconds(8));
            canaries.Differences((await traffic.LookAsync(CancellationToken.None)).Look).ShouldBeEmpty();
            deadMan.ThrowIfFired();
        }

        // Not renewed any more.
        await Wait.UntilAsync("traffic is on stable", async () => stable.Differences((await traffic.LookAsync(CancellationToken.None)).Look).Count == 0);
        (await Balancer.RunAsync(ShellCommand.Of("test", "-e", "/var/lib/opticworks/canary/fired"))).Succeeded.ShouldBeTrue();

        // A program that wakes up afterwards learns of it at its next renewal.
        (await Balancer.RunAsync(DeadManCommands.Arm(ControlFolder.Default, "r-test", 1, TimeSpan.FromSeconds(3), 99, stable.Text("medusa"), renew: true))).ExitCode.ShouldBe(HostScript.Lost);

        // Disarmed, it is silent; and another operation cannot disarm it.
        await traffic.SetAsync(canaries, CancellationToken.None);
        (await Balancer.RunAsync(DeadManCommands.Arm(ControlFolder.Default, "r-test", 1, TimeSpan.FromSeconds(2), 1, stable.Text("medusa"), renew: false))).OrFail("arm");
        (await Balancer.RunAsync(DeadManCommands.Disarm(ControlFolder.Default, "r-other"))).OrFail("disarm");
        (await Balancer.RunAsync(ShellCommand.Of("test", "-e", "/var/lib/opticworks/canary/armed"))).Succeeded.ShouldBeTrue();
        (await Balancer.RunAsync(DeadManCommands.Disarm(ControlFolder.Default, "r-test"))).OrFail("disarm");
        await Task.Delay(TimeSpan.FromSeconds(4));
        canaries.Differences((await traffic.LookAsync(CancellationToken.None)).Look).ShouldBeEmpty();
        await traffic.SetAsync(new TrafficSplit(servers.ToDictionary(server => server, _ => 100), []), CancellationToken.None);
    }

    [Fact]
    [Trait("Tier", "Campaign")]
    public async Task One_request_a_second_is_inconclusive_and_not_a_pass()
    {
        var live = await machines.LiveAsync();
        await using var traffic = Shoppers(1);
        var canary = new CanaryFleet(Fleet, new Silence()) { Settings = new() { Dwell = TimeSpan.FromSeconds(15), Inconclusive = InconclusivePolicy.Undo } };
        var release = LightMachines.NewRelease();

        var failure = await Should.ThrowAsync<OperationException>(() => StartAsync(canary, release, new LightBehaviour { Build = "slowly" }));

        CanaryFailure.Of(failure).ExitCode.ShouldBe(ExitCodes.Inconclusive, failure.Explain());
        failure.Message.ShouldContain("requests on the canary; at least 299 show that");
        canary.Views.ShouldNotContain(view => view.Verdict.Outcome == Outcome.Pass);
        await ShouldBeAllOnAsync(live);
        (await Fleet.Book.ReadAsync(CancellationToken.None)).ShouldNotContain(record => record.Release == release.Text);
    }

    [Fact]
    [Trait("Tier", "Campaign")]
    public async Task A_reload_of_HAProxy_is_seen_and_the_new_worker_is_read()
    {
        await machines.LiveAsync();
        await using var traffic = Shoppers(100);
        var canary = new CanaryFleet(Fleet, new Silence()) { Settings = Quick with { Dwell = TimeSpan.FromSeconds(15) } };
        var release = LightMachines.NewRelease();
        var running = StartAsync(canary, release, new LightBehaviour { Build = "reload" });
        await UntilAsync(running, () => canary.Views.ToArray().Any(view => view.Canary.Requests > 20));
        (await Balancer.RunAsync(ShellCommand.Of("/usr/bin/systemctl", "reload", "haproxy").Sudo())).OrFail("reload");
        await UntilAsync(running, () => canary.Views.ToArray().Any(view => view.Verdict.Reason.Contains("HAProxy was reloaded", StringComparison.Ordinal)));
        await running;

        await ShouldBeAllOnAsync(release);
        canary.Views.Where(view => view.Step == 1).Max(view => view.Canary.Requests).ShouldBeGreaterThan(100);
        TrafficSummary.Of(await traffic.EndAsync()).ShouldSatisfyAllConditions(summary => summary.Failed.ShouldBe(0, summary.ToString()));
    }

    [Fact]
    [Trait("Tier", "Campaign")]
    public async Task A_socket_that_is_gone_is_blindness_and_the_release_is_not_called_bad()
    {
        var live = await machines.LiveAsync();
        await using var traffic = Shoppers(100);
        var canary = new CanaryFleet(Fleet, new Silence()) { Settings = Quick with { Dwell = TimeSpan.FromSeconds(60) }, Terms = new() { BlindLimit = TimeSpan.FromSeconds(6) } };
        var release = LightMachines.NewRelease();
        var running = StartAsync(canary, release, new LightBehaviour { Build = "socket" });
        await UntilAsync(running, () => canary.Views.ToArray().Any(view => view.Canary.Requests > 20));
        await RootAsync("mv /run/haproxy/admin.sock /run/haproxy/away.sock");
        await UntilAsync(running, () => canary.Views.ToArray().Any(view => view.Verdict.Outcome == Outcome.Blind));
        await RootAsync("mv /run/haproxy/away.sock /run/haproxy/admin.sock");

        var failure = await Should.ThrowAsync<OperationException>(() => running);

        failure.Message.ShouldContain("That says nothing about the release");
        canary.Views.ShouldNotContain(view => view.Verdict.Outcome == Outcome.Pass);
        (await Fleet.Book.ReadAsync(CancellationToken.None)).ShouldNotContain(record => record.Release == release.Text);
        if (CanaryFailure.Of(failure).ExitCode == ExitCodes.FailedAndNotUndone) // The socket came back a moment too late for the first attempt.
            await canary.ResumeAsync(ResumeWay.Undo);
        await ShouldBeAllOnAsync(live);
    }

    [Fact]
    [Trait("Tier", "Campaign")]
    public async Task Lines_that_the_ring_lost_are_counted_and_make_blind()
    {
        var live = await machines.LiveAsync();
        await using var traffic = Shoppers(100);
        var leaky = await machines.OverAsync(host => new LossyRing(host));
        var canary = new CanaryFleet(leaky, new Silence()) { Settings = Quick with { Dwell = TimeSpan.FromSeconds(60) }, Terms = new() { BlindLimit = TimeSpan.FromSeconds(8) } };

        var failure = await Should.ThrowAsync<OperationException>(() => StartAsync(canary, LightMachines.NewRelease(), new LightBehaviour { Build = "lossy" }));

        CanaryFailure.Of(failure).ExitCode.ShouldBe(ExitCodes.Inconclusive, failure.Explain());
        failure.Message.ShouldContain("requests were lost between HAProxy's ring and here");
        canary.Views.Max(view => view.Lost).ShouldBeGreaterThan(50);
        await ShouldBeAllOnAsync(live);
    }

    /// <summary>The real thing: a ring of 16 KiB, and a reader that stands still until ring and socket have long been full.</summary>
    [Fact]
    [Trait("Tier", "Campaign")]
    public async Task A_ring_that_overruns_is_blindness_and_never_a_pass()
    {
        var live = await machines.LiveAsync();
        try
        {
            await RootAsync($"sed -i.before -E '/^ring /,/^$/s/size [0-9]+/size 16384/' {HaproxyConfiguration.Path} && grep -q 'size 16384' {HaproxyConfiguration.Path} && systemctl reload haproxy");
            await using var traffic = Shoppers(300);
            var canary = new CanaryFleet(Fleet, new Silence()) { Settings = Quick with { Dwell = TimeSpan.FromSeconds(60) }, Terms = new() { BlindLimit = TimeSpan.FromSeconds(10) } };
            var release = LightMachines.NewRelease();
            var running = StartAsync(canary, release, new LightBehaviour { Build = "overrun" });
            await UntilAsync(running, () => canary.Views.ToArray().Any(view => view.Canary.Requests > 20));
            await RootAsync("pkill -STOP -x socat");

            var failure = await Should.ThrowAsync<OperationException>(() => running);

            CanaryFailure.Of(failure).ExitCode.ShouldBe(ExitCodes.Inconclusive, failure.Explain());
            failure.Message.ShouldContain("That says nothing about the release");
            canary.Views.Max(view => view.Lost).ShouldBeGreaterThan(1000);
            canary.Views.ShouldContain(view => view.Verdict.Reason.Contains("requests were lost between HAProxy's ring and here", StringComparison.Ordinal));
            canary.Views.ShouldNotContain(view => view.Verdict.Outcome == Outcome.Pass);
            (await Fleet.Book.ReadAsync(CancellationToken.None)).ShouldNotContain(record => record.Release == release.Text);
            await ShouldBeAllOnAsync(live);
        }
        finally
        {
            await RootAsync($"pkill -CONT -x socat || true; test ! -e {HaproxyConfiguration.Path}.before || {{ mv -f {HaproxyConfiguration.Path}.before {HaproxyConfiguration.Path} && systemctl reload haproxy; }}");
        }
    }

    [Fact]
    [Trait("Tier", "Campaign")]
    public async Task A_weight_that_somebody_else_sets_is_drift_and_set_again()
    {
        await machines.LiveAsync();
        await using var traffic = Shoppers(100);
        var canary = new CanaryFleet(Fleet, new Silence()) { Settings = Quick with { Dwell = TimeSpan.FromSeconds(8) } };
        var release = LightMachines.NewRelease();
        var running = StartAsync(canary, release, new LightBehaviour { Build = "drift" });
        await UntilAsync(running, () => canary.Views.ToArray().Any(view => view.Canary.Requests > 10));
        await Fleet.Balancer.WeightAsync("api-1-9001", 77, CancellationToken.None);
        await UntilAsync(running, () => canary.Views.ToArray().Any(view => view.Verdict.Reason.Contains("had drifted", StringComparison.Ordinal)));
        await running;
        await ShouldBeAllOnAsync(release);
    }

    private async Task StartAsync(CanaryFleet canary, ReleaseId release, LightBehaviour behaviour) =>
        await canary.RunAsync(await LightStore.BuildAsync(Fleet.Artifacts, behaviour), release);

    private OpenLoop Shoppers(double rate) => new(
        [new TrafficKind("GET", rate, _ => new HttpRequestMessage(HttpMethod.Get, new Uri(Fleet.Environment.Api.Url, "/store/products")))], TimeSpan.FromMinutes(10));

    /// <summary>Gives an order once a step is watched.</summary>
    private async Task OrderAsync(CanaryFleet canary, Task running, string order, int step)
    {
        await UntilAsync(running, () => canary.Views.ToArray().Any(view => view.Step == step));
        await CanaryOrders.GiveAsync(Balancer, "light", order, "joe@desk", "look at it", CancellationToken.None);
    }

    private static async Task UntilAsync(Task running, Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (!condition())
        {
            if (running.IsCompleted)
            {
                await running;
                condition().ShouldBeTrue("the canary ended before");
            }

            await Task.Delay(100, limit.Token);
        }
    }

    private async Task RootAsync(string script) => (await Fleet.AsRootAsync(Fleet.Environment.Balancer.Host, script)).OrFail("root");

    private async Task ShouldBeAllOnAsync(ReleaseId release)
    {
        IReadOnlyList<string> state = [];
        await Wait.UntilAsync("every instance is on the release", async () => (state = await Fleet.StateAsync()).SequenceEqual(LightFleet.All(release)));
        (await Fleet.Operation().UnfinishedAsync(CancellationToken.None)).ShouldBeNull();
        (await Fleet.Operation().Leases.ReadAsync(CancellationToken.None)).IsHeld.ShouldBeFalse();
        (await Balancer.RunAsync(ShellCommand.Of("test", "-e", "/var/lib/opticworks/canary/armed"))).Succeeded.ShouldBeFalse();
    }

    /// <summary>A stream of HAProxy's ring that loses every third line, as a reader does that is too slow.</summary>
    private sealed class LossyRing(IHost host) : IHost
    {
        public string Name => host.Name;

        public Task<HostResult> RunAsync(ShellCommand command, Stream? input = null, Action<string>? onLine = null, CancellationToken cancellationToken = default) =>
            host.RunAsync(command, input, onLine, cancellationToken);

        public Task<HostResult> StreamAsync(ShellCommand command, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken = default, Stream? input = null) =>
            command.ToString().Contains("show events", StringComparison.Ordinal)
                ? host.StreamAsync(ShellCommand.Script("""eval "$1" | sed -u '0~3{/^R /d}'""", command.ToString()), read, cancellationToken, input)
                : host.StreamAsync(command, read, cancellationToken, input);

        public Task UploadAsync(Stream content, string path, string mode, CancellationToken cancellationToken = default) => host.UploadAsync(content, path, mode, cancellationToken);
    }
}
