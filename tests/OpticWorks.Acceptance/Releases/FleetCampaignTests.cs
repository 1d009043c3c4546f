using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Acceptance.Transactions;
using OpticWorks.Operations;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions;
using Xunit.Abstractions;

namespace OpticWorks.Acceptance.Releases;

/// <summary>
/// What happens to an operator, or to a machine, at every step of a deployment and of a rollback: afterwards, and after Resume from elsewhere, one release is
/// everywhere, the weights are right, and the lease is free.
/// </summary>
[Trait("Tier", "Campaign")]
public sealed class FleetCampaignTests(LightMachines machines, ITestOutputHelper output) : IClassFixture<LightMachines>
{
    private LightFleet Fleet => machines.Fleet;

    public static IEnumerable<object[]> Moments =>
        from kind in new[] { "deploy", "rollback" } from moment in Enum.GetValues<FaultMoment>() select new object[] { kind, moment };

    /// <summary>kill -9 of the operator's program at every step; another process goes on, or takes back.</summary>
    [Theory]
    [MemberData(nameof(Moments))]
    public async Task The_operator_is_killed(string kind, FaultMoment moment)
    {
        var runs = 0;
        // In the middle of a step both ways; the end of one step is much like the beginning of the next, so there the ways alternate.
        ResumeWay[] ways = moment == FaultMoment.During ? Enum.GetValues<ResumeWay>() : [ResumeWay.Continue];
        foreach (var first in ways)
        {
            foreach (var name in await StepsAsync(kind))
            {
                var way = moment != FaultMoment.During && runs % 2 == (moment == FaultMoment.Before ? 0 : 1) ? ResumeWay.Undo : first;
                var (live, target, digest) = await BeforeAsync(kind);
                var step = Named(name, live, target);
                using var killed = new Operator("fleet", kind, Fleet.Local.StateDirectory, "2", digest, target.Text, step, $"{moment}");
                (await killed.EndAsync()).ShouldBe(137, $"{kind}, {step}, {moment}: it was to be killed, and said\n{killed.Output}");

                await EndsAsync(way, live, target, $"{kind}, {step}, {moment}, {way}");
                runs++;
                output.WriteLine($"{runs} {kind}, {step}, {moment}, {way}: right");
            }
        }
    }

    /// <summary>The operator's network is gone for good at every step; it stops acting, and another one ends it.</summary>
    [Theory]
    [MemberData(nameof(Moments))]
    public async Task The_SSH_is_dropped(string kind, FaultMoment moment)
    {
        var runs = 0;
        foreach (var name in await StepsAsync(kind))
        {
            var (live, target, digest) = await BeforeAsync(kind);
            var step = Named(name, live, target);
            FaultPoint? point = null;
            point = new FaultPoint(step, moment, () =>
            {
                point!.NetworkIsGone = true;
                return Task.CompletedTask;
            });
            var over = await machines.OverAsync(point.Watch);
            var failure = await Should.ThrowAsync<OperationException>(() => RunAsync(over, kind, digest, target));
            failure.ExitCode.ShouldBe(ExitCodes.FailedAndNotUndone, failure.Explain());

            await EndsAsync(runs % 2 == 0 ? ResumeWay.Continue : ResumeWay.Undo, live, target, $"{kind}, {step}, {moment}");
            runs++;
            output.WriteLine($"{runs} {kind}, {step}, {moment}: right");
        }
    }

    public static IEnumerable<object[]> Machines =>
        from kind in new[] { "deploy", "rollback" } from machine in new[] { "api-2", "lb" } select new object[] { kind, machine };

    /// <summary>A machine loses its power at every step, and has it again when somebody resumes.</summary>
    [Theory]
    [MemberData(nameof(Machines))]
    public async Task A_machine_loses_its_power(string kind, string machine)
    {
        var runs = 0;
        foreach (var name in await StepsAsync(kind))
        {
            var (live, target, digest) = await BeforeAsync(kind);
            var step = Named(name, live, target);
            var point = new FaultPoint(step, FaultMoment.During, () => Fleet.Local.PowerOffAsync(machine));
            var over = await machines.OverAsync(point.Watch);
            var failure = await FailureAsync(RunAsync(over, kind, digest, target));
            await Fleet.Local.UpAsync();
            await Wait.UntilAsync($"{machine} serves again", async () => (await FailureAsync(Fleet.Operation().UnfinishedAsync(CancellationToken.None))) is null
                && (await Fleet.Local.SshAsync("lb", "systemctl is-active haproxy")).Succeeded);

            // When the machine was not needed any more, the operation has ended well without it.
            await EndsAsync(ResumeWay.Undo, live, target, $"{kind}, {step}, {machine} off; {failure?.Message}");
            runs++;
            output.WriteLine($"{runs} {kind}, {step}, {machine} off: right (exit {failure?.ExitCode ?? 0})");
        }
    }

    private static async Task<OperationException?> FailureAsync(Task work)
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

    private static Task RunAsync(LightFleet fleet, string kind, string digest, ReleaseId target) =>
        kind == "deploy" ? fleet.DeployAsync(fleet.Artifacts.Find(digest)!, target) : fleet.RollBackAsync(target);

    /// <summary>The steps of the plan, as the program makes it now.</summary>
    private async Task<IReadOnlyList<string>> StepsAsync(string kind)
    {
        var (live, target, digest) = await BeforeAsync(kind);
        var previous = await BackendSwitch.RunningAsync(Fleet.Environment, Fleet.Connect, CancellationToken.None);
        var parameters = new Dictionary<string, string>(previous) { ["artifact"] = digest, ["reason"] = "a test" };
        // A step's subject may be a release; those of a run are put in when it begins.
        return [.. Fleet.Plan(kind == "deploy" ? "DeployBackend" : "Rollback", target.Text, parameters, host => host).Steps
            .Select(step => step.Id.Replace(live.Text, "LIVE", StringComparison.Ordinal).Replace(target.Text, "TARGET", StringComparison.Ordinal))];
    }

    /// <summary>For a deployment: what runs, and a new release. For a rollback: what runs, and the release before it.</summary>
    private async Task<(ReleaseId Live, ReleaseId Target, string Digest)> BeforeAsync(string kind)
    {
        var artifact = await LightStore.BuildAsync(Fleet.Artifacts, new LightBehaviour { Build = "campaign" });
        var running = (await BackendSwitch.RunningAsync(Fleet.Environment, Fleet.Connect, CancellationToken.None)).Values.Distinct().ToArray();
        var live = running is [{ Length: > 0 } one] ? ReleaseId.Parse(one) : await machines.LiveAsync();
        if (kind == "deploy")
            return (live, LightMachines.NewRelease(), artifact.Digest);
        var next = LightMachines.NewRelease();
        await Fleet.DeployAsync(artifact, next);
        return (next, live, artifact.Digest);
    }

    private static string Named(string step, ReleaseId live, ReleaseId target) =>
        step.Replace("LIVE", live.Text, StringComparison.Ordinal).Replace("TARGET", target.Text, StringComparison.Ordinal);

    private async Task EndsAsync(ResumeWay way, ReleaseId live, ReleaseId target, string what)
    {
        await Fleet.ResumeAsync(way);
        var (all, old) = (LightFleet.All(target), LightFleet.All(live));
        IReadOnlyList<string> state = [];
        // HAProxy's checks find a machine that was off again by themselves.
        await Wait.UntilAsync($"{what}: one release everywhere", async () =>
        {
            state = await Fleet.StateAsync();
            return state.SequenceEqual(all) || state.SequenceEqual(old);
        });
        (await Fleet.Operation().UnfinishedAsync(CancellationToken.None)).ShouldBeNull(what);
        (await Fleet.Operation().Leases.ReadAsync(CancellationToken.None)).Lease.ShouldBeNull(what);
        (await Fleet.Operation().Audit.VerifyAsync(CancellationToken.None)).IsWhole.ShouldBeTrue(what);
    }
}
