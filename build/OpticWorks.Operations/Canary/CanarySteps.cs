using System.Diagnostics;
using System.Globalization;
using OpticWorks.Operations.Canary.Judging;
using OpticWorks.Operations.Canary.Rollout;
using OpticWorks.Operations.Canary.Safety;
using OpticWorks.Operations.Canary.Sources;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Traffic;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Fences;

namespace OpticWorks.Operations.Canary;

/// <summary>The steps of one canary, and what they share.</summary>
internal sealed class CanarySteps(
    CanaryPlans plans, ReleaseId release, ArtifactManifest artifact, IReadOnlyDictionary<string, string> previous, CanaryRecipe recipe, RolloutPlan rollout)
{
    private readonly StoreEnvironment _environment = plans.Environment;
    private readonly JudgeTerms _judging = plans.JudgingHere(recipe);
    private readonly Judge _judge = new(plans.JudgingHere(recipe));
    private readonly CanaryInstances _instances = new(plans.Environment.Hosts);
    private readonly TrafficSplits _splits = new(new CanaryInstances(plans.Environment.Hosts), rollout);
    private readonly CanaryTraffic _traffic = new(plans.Looking, plans.Control, plans.Environment.Balancer, release.Text);
    private readonly DeadMan _deadMan = new(plans.Control, release.Text, (plans.Control as FencedHost)?.Token ?? 0, plans.Environment.Balancer.Backend)
    { Limit = plans.Terms.DeadManLimit };

    private readonly BackendSwitch _switch = new(plans.Environment, plans.Connect, plans.Fence, plans.Narrator) { StartLimit = plans.StartLimit };
    private readonly Stopwatch _clock = new();

    /// <summary>Nothing begins without the dead-man; and whatever happens later, it is off when everything is taken back.</summary>
    public Step Guard() => new("guard", _environment.Balancer.Host.Name)
    {
        Do = async token =>
        {
            var result = await plans.Looking.RunAsync(ShellCommand.Of("systemctl", "is-active", "--", DeadManUnit.Unit), null, null, token).ConfigureAwait(false);
            result.OrFail($"The dead-man on {_environment.Balancer.Host.Name} does not run", next: $"./build.sh Provision --environment {_environment.Name}");
            return string.Create(CultureInfo.InvariantCulture, $"traffic goes back to stable by itself {plans.Terms.DeadManLimit.TotalSeconds:0} s after this program was heard of last");
        },
        Undo = _deadMan.DisarmAsync,
        UndoText = "switch the dead-man off",
    };

    /// <summary>An instance joins the canary: out of traffic, on the new release, and still without traffic.</summary>
    public Step Join(RolloutStep step, Joining joining)
    {
        var inner = Inner(joining.Instance, held: true);
        return Weighted(joining.Instance, inner with
        {
            Undo = async token =>
            {
                await BackAsync(_splits.StableWhile(step, joining), token).ConfigureAwait(false);
                await inner.Undo!(token).ConfigureAwait(false);
            },
            Do = async token =>
            {
                _deadMan.ThrowIfFired();
                await _deadMan.ArmAsync(_splits.StableWhile(step, joining), token).ConfigureAwait(false);
                await _traffic.SetAsync(_splits.While(step, joining), token).ConfigureAwait(false);
                return await inner.Do(token).ConfigureAwait(false);
            },
        });
    }

    /// <summary>The share is set and watched.</summary>
    public Step Watch(RolloutStep step, int number) => new("canary", string.Create(CultureInfo.InvariantCulture, $"{step.Percent} %"))
    {
        StopsWhenInterrupted = true,
        Do = token => WatchAsync(step, number, token),
        Undo = token => BackAsync(_splits.Stable(step), token),
        VerifyUndone = async token => (await _traffic.LookAsync(token).ConfigureAwait(false)).Look is var look && _splits.Stable(step).Differences(look) is { Count: > 0 } differences
            ? throw new OperationException($"Traffic is not on the stable release: {string.Join("; ", differences)}", ExitCodes.Engine)
            : "all traffic on the stable release",
        UndoText = "all traffic back on the stable release, at once",
    };

    /// <summary>From here on the new release stays, whatever becomes of this program.</summary>
    public Step Commit() => new("commit", release.Text)
    {
        Do = async token =>
        {
            _deadMan.ThrowIfFired();
            // Whoever resumes may come after the dead-man has put traffic on the reserve, which the steps after this one drain.
            await _traffic.SetAsync(_splits.At(rollout.Steps[^1]), token).ConfigureAwait(false);
            await _deadMan.DisarmAsync(token).ConfigureAwait(false);
            return "every share was watched; the dead-man is off";
        },
        NoUndo = "the shares before it put traffic back",
    };

    /// <summary>The instances that were kept ready on the old release follow.</summary>
    public Step Last(string instance)
    {
        var inner = Inner(instance, held: false);
        return Weighted(instance, inner with
        {
            Do = async token =>
            {
                var text = await inner.Do(token).ConfigureAwait(false);
                await FullAsync(instance, token).ConfigureAwait(false);
                return text;
            },
        });
    }

    /// <summary>With all traffic on stable the dead-man has nothing left to do; acting later, it would drain what is switched back by then.</summary>
    private async Task BackAsync(TrafficSplit stable, CancellationToken cancellationToken)
    {
        await _traffic.SetAsync(stable, cancellationToken).ConfigureAwait(false);
        await _deadMan.DisarmAsync(cancellationToken).ConfigureAwait(false);
    }

    private Step Inner(string instance, bool held)
    {
        var (host, port) = _instances.Find(instance);
        return _switch.Step(host, port, release.Text, previous[instance], held);
    }

    /// <summary>Taken back, an instance has its whole weight again.</summary>
    private Step Weighted(string instance, Step step) => step with
    {
        Undo = async token =>
        {
            await step.Undo!(token).ConfigureAwait(false);
            await FullAsync(instance, token).ConfigureAwait(false);
        },
    };

    private Task FullAsync(string instance, CancellationToken cancellationToken) =>
        new Balancer(plans.Control, _environment.Balancer.Backend, _environment.Balancer.Socket).WeightAsync(_instances.Server(instance), TrafficSplits.Full, cancellationToken);

    private async Task<string> WatchAsync(RolloutStep step, int number, CancellationToken cancellationToken)
    {
        _deadMan.ThrowIfFired();
        await _deadMan.ArmAsync(_splits.Stable(step), cancellationToken).ConfigureAwait(false);
        var split = _splits.At(step);
        await using var source = Source();
        await using var instances = new InstanceWatch(_environment, plans.Connect, [.. _instances.ByHost(step.Canaries)], plans.Terms.HostLook);
        await using var probe = recipe.Probe > 0
            ? new SyntheticRequests(plans.Looking, _environment.Balancer.Port, _environment.Api.Reads.Count > 0 ? _environment.Api.Reads[0] : _environment.Api.Health, recipe.Probe)
            : null;
        await _traffic.SetAsync(split, cancellationToken).ConfigureAwait(false);
        _clock.Start();
        var began = _clock.Elapsed;
        var frame = new CanaryView(release.Text, _environment.Name, number, rollout.Steps.Count, step.Percent, TimeSpan.Zero, began, recipe.Dwell,
            default, default, null, null, new Verdict(Outcome.Watching, ""), null, 0);
        var watch = new CanaryWatch(_judge, plans.Terms, _judging, view => plans.Show(view with { Since = began + view.At }), plans.Narrator);
        return await watch.RunAsync(new WatchParts(_traffic, split, new Sides(_instances.Servers(step.Canaries), _instances.Servers(step.Stable)), step.Percent / 100.0, source, instances)
        {
            ToStable = token => _traffic.SetAsync(_splits.Stable(step), token),
            MarkBad = MarkBadAsync,
            ThrowIfFired = _deadMan.ThrowIfFired,
        }, frame, cancellationToken).ConfigureAwait(false);
    }

    private Task MarkBadAsync(string why, CancellationToken cancellationToken) => ReleaseBook.WriteAsync(plans.Control,
        new ReleaseRecord(release.Text, artifact.Digest, artifact.Layer.Content, artifact.Commit, plans.Owner, DateTimeOffset.UtcNow, ReleaseState.Bad, $"canary: {why}"), cancellationToken);

    private ITrafficSource Source()
    {
        var balancer = _environment.Balancer;
        if (_environment.Canary.Prometheus is { } prometheus)
        {
            return new PrometheusSource(new HttpClient(), prometheus.Url, prometheus.Requests ?? PrometheusSource.DefaultRequests(balancer.Backend),
                prometheus.Errors ?? PrometheusSource.DefaultErrors(balancer.Backend), prometheus.Timed, prometheus.Slow);
        }

        var limits = new SlowLimits(recipe.Baseline.P95 is { } p95 ? SlowLimits.Frozen(p95) : null, (long)_environment.Canary.P95.TotalMilliseconds);
        return new RingSource(new RequestRing(plans.Looking, balancer.Socket, balancer.Backend), limits, _environment.Api.CriticalPaths);
    }
}
