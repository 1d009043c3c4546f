using OpticWorks.Acceptance.Database;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions.Leases;

namespace OpticWorks.Acceptance.Releases;

/// <summary>Deployments and rollbacks on real machines with HAProxy and systemd; the backend is the light one.</summary>
[Collection(nameof(SharedFleet))]
public sealed class DeploymentTests(LightMachines machines)
{
    private LightFleet Fleet => machines.Fleet;

    [Fact]
    public async Task A_release_goes_out_and_back_under_traffic_and_no_request_fails()
    {
        var first = await machines.LiveAsync("a");
        await using var traffic = new OpenLoop(
        [
            new TrafficKind("GET", 20, _ => new HttpRequestMessage(HttpMethod.Get, new Uri(Fleet.Environment.Api.Url, "/read"))),
            new TrafficKind("POST", 5, n => new HttpRequestMessage(HttpMethod.Post, new Uri(Fleet.Environment.Api.Url, $"/orders?ms=100&id={first}-{n}"))),
        ], TimeSpan.FromMinutes(5));

        var second = await machines.LiveAsync("b");
        var onSecond = await Fleet.StateAsync();
        await Fleet.RollBackAsync(first);
        var samples = await traffic.EndAsync();

        onSecond.ShouldBe(LightFleet.All(second));
        (await Fleet.StateAsync()).ShouldBe(LightFleet.All(first));
        var summary = TrafficSummary.Of(samples);
        summary.Failed.ShouldBe(0, summary.ToString());
        var posted = samples.Count(sample => sample.Kind == "POST");
        (await OrdersAsync()).Count(line => line.StartsWith(first.Text, StringComparison.Ordinal)).ShouldBe(posted);
        var records = await Fleet.Book.ReadAsync(CancellationToken.None);
        records.Single(record => record.Release == second.Text).State.ShouldBe(ReleaseState.Bad);
        records.Single(record => record.Release == first.Text).Proof.ShouldNotBeNull().Problem.ShouldBeNull();
    }

    /// <summary>An instance is not drained while those that were just started could not take its requests: each first one keeps their thread for 150 ms.</summary>
    [Fact]
    public async Task An_instance_stays_in_traffic_until_new_ones_have_room_for_its_requests()
    {
        await machines.LiveAsync();
        var cold = await LightStore.BuildAsync(Fleet.Artifacts, new LightBehaviour { Build = "cold", Cold = 150 });
        var notes = new Notes();
        var told = new LightFleet(Fleet.Local, 2, notes);
        await told.ConnectAsync();
        await using var traffic = new OpenLoop([new TrafficKind("GET", 40, _ => new HttpRequestMessage(HttpMethod.Get, new Uri(Fleet.Environment.Api.Url, "/read")))], TimeSpan.FromMinutes(5));

        try
        {
            await told.DeployAsync(cold, LightMachines.NewRelease());
        }
        finally
        {
            await told.CloseAsync();
        }

        var summary = TrafficSummary.Of(await traffic.EndAsync());
        summary.Failed.ShouldBe(0, summary.ToString());
        var switches = notes.Lines.Where(line => line.StartsWith("switch: ", StringComparison.Ordinal) && line.Contains("healthy on", StringComparison.Ordinal)).ToArray();
        switches.Length.ShouldBe(4);
        switches[0].ShouldNotContain("waited");
        switches[1].ShouldContain("until api-1:9001 had room");
    }

    /// <summary>Going back waits for it likewise, unless what it leaves fails requests.</summary>
    [Theory]
    [InlineData(0, "waited ")]
    [InlineData(0.2, "failed ")]
    public async Task A_rollback_waits_for_room_unless_the_release_that_it_leaves_fails(double errors, string said)
    {
        var cold = LightMachines.NewRelease();
        await Fleet.DeployAsync(await LightStore.BuildAsync(Fleet.Artifacts, new LightBehaviour { Build = "cold", Cold = 150 }), cold);
        await Fleet.DeployAsync(await LightStore.BuildAsync(Fleet.Artifacts, new LightBehaviour { Build = $"fails {errors}", Errors = errors }), LightMachines.NewRelease());
        var notes = new Notes();
        var told = new LightFleet(Fleet.Local, 2, notes);
        await told.ConnectAsync();
        await using var traffic = new OpenLoop([new TrafficKind("GET", 40, _ => new HttpRequestMessage(HttpMethod.Get, new Uri(Fleet.Environment.Api.Url, "/read")))], TimeSpan.FromMinutes(5));
        try
        {
            await told.RollBackAsync(cold);
        }
        finally
        {
            await told.CloseAsync();
        }

        var second = notes.Lines.Single(line => line.Contains("api-1:9002  healthy on", StringComparison.Ordinal));
        second.ShouldContain($", {said}");
        second.Contains("until api-1:9001 had room", StringComparison.Ordinal).ShouldBe(errors == 0);
    }

    public static TheoryData<string> Broken => ["crash", "hang", "500", "old", "migrate"];

    /// <summary>A release that does not come up leaves everything as it was: links, processes, weights, lease, journal.</summary>
    [Theory]
    [Trait("Tier", "Campaign")]
    [MemberData(nameof(Broken))]
    public async Task A_release_that_does_not_work_is_taken_back(string how)
    {
        var live = await machines.LiveAsync();
        var broken = await LightStore.BuildAsync(Fleet.Artifacts, how switch
        {
            "crash" => new LightBehaviour { Crash = true },
            "hang" => new LightBehaviour { Hang = true },
            "500" => new LightBehaviour { Health = 500 },
            "old" => new LightBehaviour { AnswersAs = live.Text },
            _ => new LightBehaviour { Migrate = "fails" },
        });
        var release = LightMachines.NewRelease();

        var failure = await Should.ThrowAsync<OperationException>(() => Fleet.DeployAsync(broken, release));

        failure.ExitCode.ShouldBe(ExitCodes.FailedAndUndone, failure.Explain());
        failure.Explain().ShouldContain(how switch
        {
            "crash" => "crashed at its start",
            "hang" => "timed out",
            "500" => "degraded",
            "old" => $"answers as {live}",
            _ => "the migration failed",
        });
        await ShouldBeAllOnAsync(live);
        (await Fleet.Book.ReadAsync(CancellationToken.None)).ShouldNotContain(record => record.Release == release.Text);
    }

    /// <summary>The quickest of them, in every run.</summary>
    [Fact]
    public Task A_release_that_crashes_is_taken_back() => A_release_that_does_not_work_is_taken_back("crash");

    /// <summary>Of four instances one serves, the first in the environment's file: it is not drained before others do.</summary>
    [Fact]
    public async Task The_only_instance_that_serves_is_switched_last()
    {
        await machines.LiveAsync();
        (await Fleet.Local.SshAsync("api-1", "systemctl stop medusa@9002")).OrFail("stop");
        (await Fleet.Local.SshAsync("api-2", "systemctl stop medusa@9001 medusa@9002")).OrFail("stop");
        await Wait.UntilAsync("HAProxy has seen it", async () => (await Fleet.Balancer.ServersAsync(CancellationToken.None)).Count(server => server.TakesTraffic) == 1);
        var artifact = await LightStore.BuildAsync(Fleet.Artifacts, new LightBehaviour { Build = "one serves" });
        var release = LightMachines.NewRelease();
        await using var traffic = new OpenLoop([new TrafficKind("GET", 40, _ => new HttpRequestMessage(HttpMethod.Get, new Uri(Fleet.Environment.Api.Url, "/read")))], TimeSpan.FromMinutes(5));

        await Fleet.DeployAsync(artifact, release);

        TrafficSummary.Of(await traffic.EndAsync()).Failed.ShouldBe(0);
        await ShouldBeAllOnAsync(release);
    }

    /// <summary>systemd has counted the crashes of the one that is left; the one that starts for seconds is not taken for it.</summary>
    [Fact]
    public async Task A_release_that_crashes_is_taken_back_to_one_that_starts_slowly()
    {
        var slow = LightMachines.NewRelease();
        await Fleet.DeployAsync(await LightStore.BuildAsync(Fleet.Artifacts, new LightBehaviour { Build = "slow", Starts = 2500 }), slow);
        var crashes = await LightStore.BuildAsync(Fleet.Artifacts, new LightBehaviour { Crash = true });

        var failure = await Should.ThrowAsync<OperationException>(() => Fleet.DeployAsync(crashes, LightMachines.NewRelease()));

        failure.ExitCode.ShouldBe(ExitCodes.FailedAndUndone, failure.Explain());
        await ShouldBeAllOnAsync(slow);
    }

    /// <summary>A process that starts runs only where no other wants to, so the instances beside it answer as before.</summary>
    [Fact]
    public async Task An_instance_that_starts_gives_way_until_it_serves()
    {
        await machines.LiveAsync();

        (await InstanceAsync("restart")).Succeeded.ShouldBeTrue();
        var starting = await PoliciesAsync();
        (await InstanceAsync("serve")).Succeeded.ShouldBeTrue();
        var serving = await PoliciesAsync();

        starting.ShouldBe("SCHED_IDLE");
        serving.ShouldBe("SCHED_OTHER");

        Task<ProcessResult> InstanceAsync(string verb) => Fleet.Local.SshAsync("api-1", $"/usr/local/lib/opticworks/instance 9001 {verb}");
        async Task<string> PoliciesAsync() => (await Fleet.Local.SshAsync("api-1",
            "chrt --all-tasks --pid $(systemctl show -p MainPID --value medusa@9001) | sed -n 's/.* policy: //p' | sort -u")).OrFail("chrt").Output.Trim();
    }

    [Fact]
    [Trait("Tier", "Campaign")]
    public async Task A_full_disk_while_staging_is_told_and_leaves_nothing()
    {
        var live = await machines.LiveAsync();
        var artifact = await LightStore.BuildAsync(Fleet.Artifacts, new LightBehaviour { Build = "full" });
        var release = LightMachines.NewRelease();
        var over = await machines.OverAsync(host => host.Name == "api-2" ? new FullDisk(host) : host);

        var failure = await Should.ThrowAsync<OperationException>(() => over.DeployAsync(artifact, release));

        failure.ExitCode.ShouldBe(ExitCodes.FailedAndUndone, failure.Explain());
        failure.Explain().ShouldContain("No space left on device");
        await ShouldBeAllOnAsync(live);
        foreach (var host in Fleet.Environment.Hosts)
        {
            (await Fleet.Connect(host).RunAsync(ShellCommand.Script("""cd "$1/releases"; ls -d -- "$2"* *.part* 2>/dev/null || true""", "/opt/medusa", release.Text)))
                .Output.ShouldBe("");
        }
    }

    [Fact]
    [Trait("Tier", "Campaign")]
    public async Task Of_two_deployments_at_once_one_is_told_who_deploys()
    {
        await machines.LiveAsync();
        var artifact = await LightStore.BuildAsync(Fleet.Artifacts, new LightBehaviour { Build = "race", Starts = 300 });
        var other = await machines.OverAsync(host => host);
        var (one, two) = (LightMachines.NewRelease(), LightMachines.NewRelease());

        var results = await Task.WhenAll(Outcome(Fleet.DeployAsync(artifact, one)), Outcome(other.DeployAsync(artifact, two)));

        results.Count(result => result is null).ShouldBe(1);
        var refused = results.Single(result => result is not null)!;
        refused.ExitCode.ShouldBe(ExitCodes.Locked, refused.Explain());
        refused.Explain().ShouldContain("mara@");
        await ShouldBeAllOnAsync(results[0] is null ? one : two);

        static async Task<OperationException?> Outcome(Task work)
        {
            try
            {
                await work;
                return null;
            }
            catch (OperationException e)
            {
                return e;
            }
        }
    }

    [Theory]
    [Trait("Tier", "Campaign")]
    [InlineData("switch api-1:9001")]
    [InlineData("stage api-2")]
    public async Task Interrupted_it_takes_back_what_it_did(string step)
    {
        var live = await machines.LiveAsync();
        var artifact = await LightStore.BuildAsync(Fleet.Artifacts, new LightBehaviour { Build = "interrupted" });
        using var interrupt = new CancellationTokenSource();
        var point = new FaultPoint(step, FaultMoment.During, interrupt.CancelAsync);
        var over = await machines.OverAsync(point.Watch);

        var failure = await Should.ThrowAsync<OperationException>(() => over.DeployAsync(artifact, LightMachines.NewRelease(), interrupt: interrupt.Token));

        failure.ExitCode.ShouldBe(ExitCodes.Interrupted, failure.Explain());
        await ShouldBeAllOnAsync(live);
    }

    /// <summary>A host that is off is skipped when a person says so, stays out of traffic when it is back, and is caught up by the next deployment.</summary>
    [Fact]
    [Trait("Tier", "Campaign")]
    public async Task A_host_that_was_skipped_gets_no_traffic_until_it_is_caught_up()
    {
        var live = await machines.LiveAsync();
        var artifact = await LightStore.BuildAsync(Fleet.Artifacts, new LightBehaviour { Build = "skip" });
        var gone = await machines.OverAsync(host => host.Name == "api-2" ? new Provisioning.DroppingHost(host, 0) : host);
        var unreachable = await Preflight.UnreachableAsync(gone.Environment, gone.Connect, CancellationToken.None);
        unreachable.ShouldBe(["api-2"]);
        var second = LightMachines.NewRelease();

        await gone.DeployAsync(artifact, second, leftOut: new LeftOut(unreachable, new HashSet<string>()));

        (await Fleet.StateAsync()).ShouldBe([.. LightFleet.All(second), $"{live} answers {live}, MAINT, weight 100"], ignoreOrder: true);
        var behind = await new BehindHosts(Fleet.Connect(Fleet.Environment.Balancer.Host)).ReadAsync(CancellationToken.None);
        behind.ShouldBe(new Dictionary<string, string> { ["api-2"] = second.Text });
        var broken = await LightStore.BuildAsync(Fleet.Artifacts, new LightBehaviour { Health = 500 });
        var caughtUp = new LeftOut(new HashSet<string>(), behind.Keys.ToHashSet());
        await Should.ThrowAsync<OperationException>(() => Fleet.DeployAsync(broken, LightMachines.NewRelease(), leftOut: caughtUp));
        (await Fleet.StateAsync()).ShouldBe([.. LightFleet.All(second), $"{live} answers {live}, MAINT, weight 100"], ignoreOrder: true);

        var third = LightMachines.NewRelease();
        await Fleet.DeployAsync(artifact, third, leftOut: caughtUp);
        await ShouldBeAllOnAsync(third);
        (await new BehindHosts(Fleet.Connect(Fleet.Environment.Balancer.Host)).ReadAsync(CancellationToken.None)).ShouldBeEmpty();
    }

    private async Task ShouldBeAllOnAsync(ReleaseId release)
    {
        (await Fleet.StateAsync()).ShouldBe(LightFleet.All(release));
        (await Fleet.Operation().UnfinishedAsync(CancellationToken.None)).ShouldBeNull();
        (await Fleet.Operation().Leases.ReadAsync(CancellationToken.None)).Lease.ShouldBeNull();
        (await Fleet.Operation().Audit.VerifyAsync(CancellationToken.None)).IsWhole.ShouldBeTrue();
    }

    private async Task<IReadOnlyList<string>> OrdersAsync()
    {
        var lines = new List<string>();
        foreach (var host in Fleet.Environment.Hosts)
        {
            var found = await Fleet.Local.SshAsync(host.Name, "cat /opt/medusa/shared/uploads/orders-*.log 2>/dev/null || true");
            lines.AddRange(found.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        lines.Count.ShouldBe(lines.Distinct().Count(), "no order may be placed twice");
        return lines;
    }

    /// <summary>A host on which an archive does not fit: what is streamed to it goes to a device that is always full.</summary>
    private sealed class FullDisk(IHost host) : IHost
    {
        public string Name => host.Name;

        public Task<HostResult> RunAsync(ShellCommand command, Stream? input = null, Action<string>? onLine = null, CancellationToken cancellationToken = default) =>
            host.RunAsync(command.ToString().Contains("sha256sum", StringComparison.Ordinal)
                ? ShellCommand.Script("cat > /dev/full") : command, input, onLine, cancellationToken);

        public Task<HostResult> StreamAsync(ShellCommand command, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken = default, Stream? input = null) =>
            host.StreamAsync(command, read, cancellationToken, input);

        public Task UploadAsync(Stream content, string path, string mode, CancellationToken cancellationToken = default) =>
            host.UploadAsync(content, path, mode, cancellationToken);
    }
}
