using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Output;
using OpticWorks.Build.Plans;
using OpticWorks.Operations;
using OpticWorks.Operations.Canary;
using OpticWorks.Operations.Canary.Judging;
using OpticWorks.Operations.Canary.Reports;
using OpticWorks.Operations.Canary.Rollout;
using OpticWorks.Operations.Canary.Sources;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Ship, "Canary --environment staging --steps 10,50,100", ChangesEnvironment = true,
    Effects = "What DeployBackend changes, and in HAProxy the weights of the instances; on the balancer's host what its dead-man would do",
    Needs = "--environment, and --confirm where it is protected; its secrets (database, redis, variables); SSH as the deploy "
        + "user to hosts that Provision prepared; at least two instances that run a release; what Build and Test need, unless --release names one",
    Undo = "A bad release, Abort or the first Ctrl-C puts all traffic on the old release first, then the instances. When this program "
        + "dies, the dead-man on the balancer puts traffic back within 65 s, and Resume ends the rest; past the commit point it stays on the new release")]
internal interface ICanary : IHazCanary, IHazRollout
{
    [Parameter("Synthetic requests a second through HAProxy while shares are watched, where shoppers are too few to judge by")]
    [CommandLineOnly]
    int? Probe => TryGetValue<int?>(() => Probe);

    Target Canary => _ => (ReleaseNamed is null ? _.TryDependsOn<IBuild>(x => x.Build).TryDependsOn<ITest>(x => x.Test) : _)
        .Description("Put a release on 10 %, 50 %, 100 % of the traffic, judged on evidence, undone by itself")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(CanaryAsync));

    static PlanKind CanaryKind { get; } = new("Canary", async (build, asked) =>
    {
        var (artifact, variables) = await build.DeployedAsync(asked).ConfigureAwait(false);
        return new CanaryPlans(asked.Fleet.Environment, asked.Fleet.Connect, asked.Fence, asked.Header.Owner, build.Narrator, new CanaryScreen(build.Narrator).Show)
            .Make(asked.Release, artifact, build.Artifacts, variables, asked.Previous, CanaryRecipe.Read(asked.Header.Parameters),
                build.Migrations(asked.Fleet, asked.Fence, null).Migrate(asked.Release, asked.Previous));
    });

    async Task CanaryAsync(CancellationToken interrupt, CancellationToken detach)
    {
        var fleet = await FleetAsync(interrupt).ConfigureAwait(false);
        var environment = fleet.Environment;
        RequireConfirmation(environment);
        var artifact = await RolloutArtifactAsync(fleet, interrupt).ConfigureAwait(false);
        var release = Session.Release ??= ReleaseId.New(DateTimeOffset.UtcNow, artifact.Commit);
        var secret = await SecretsAsync(environment, interrupt, "database", "redis", "variables").ConfigureAwait(false);
        var variables = BackendVariables.Of(environment, release, secret);
        StripeGuard.Check(environment.Stripe.Mode, variables.Select(pair => ($"variables.{pair.Key}", pair.Value)));
        if ((await fleet.Behind.ReadAsync(interrupt).ConfigureAwait(false)).Keys.FirstOrDefault() is { } behind)
            throw OperationException.Preflight($"{behind} was left behind by an earlier deployment", $"./build.sh DeployBackend --environment {environment.Name}");
        await Preflight.CheckAsync(environment, fleet.Connect, artifact.Backend.Length + artifact.Layer.Length, interrupt).ConfigureAwait(false);
        var recipe = await RecipeAsync(fleet, interrupt).ConfigureAwait(false);
        var foretold = Forecast.Explain(recipe.Baseline.Rate + recipe.Probe, recipe.Baseline.Errors, CanaryPlans.Judging(environment, recipe), recipe.Percents);
        foreach (var line in foretold)
            Narrator.Say("canary", line);
        if (PlanOnly == true)
        {
            await ShowCanaryAsync(fleet, artifact, release, recipe, interrupt).ConfigureAwait(false);
            return;
        }

        var screen = new CanaryScreen(Narrator);
        var since = DateTimeOffset.UtcNow;
        var verdict = $"Every instance of {environment.Name} runs {release}.";
        try
        {
            await using var keys = new CanaryKeys((order, token) => GiveAsync(fleet, order, token), Narrator);
            await RunCanaryAsync(fleet, artifact, release, variables, recipe, screen, interrupt, detach).ConfigureAwait(false);
            Narrator.Say("done", $"{environment.Hosts.Sum(host => host.Instances.Count)} instances of {environment.Name} on {release}");
        }
        catch (OperationException e)
        {
            var known = CanaryFailure.Of(e);
            verdict = known.Explain();
            if (known.ExitCode is ExitCodes.FailedAndUndone or ExitCodes.FailedAndNotUndone)
                await WriteDossierAsync(fleet, "Canary", release, known, since).ConfigureAwait(false);
            if (ReferenceEquals(known, e))
                throw;
            throw known;
        }
        finally
        {
            await WriteReportAsync(environment, release, screen.Views, verdict, foretold).ConfigureAwait(false);
            Session.Data["release"] = release.Text;
            Session.Data["canary"] = screen.Views.GroupBy(view => view.Step).Select(step => step.Last());
        }
    }

    private async Task<CanaryRecipe> RecipeAsync(Fleet fleet, CancellationToken cancellationToken)
    {
        var (percents, dwell) = Rollout(fleet.Environment.Canary);
        var control = fleet.Connect(fleet.Environment.Balancer.Host);
        var baseline = await Baseline.ReadAsync(control, fleet.Environment.Balancer.Socket, fleet.Environment.Balancer.Backend, cancellationToken).ConfigureAwait(false);
        return new CanaryRecipe(percents, dwell, baseline, Math.Max(0, Probe ?? 0));
    }

    private Task RunCanaryAsync(
        Fleet fleet, ArtifactManifest artifact, ReleaseId release, IReadOnlyDictionary<string, string> variables, CanaryRecipe recipe, CanaryScreen screen,
        CancellationToken interrupt, CancellationToken detach) =>
        fleet.Operation.RunAsync("Canary", Reason ?? $"Canary of {release}", Wish,
            async token =>
            {
                await fleet.RequireStillBehindAsync(new HashSet<string>(), token).ConfigureAwait(false);
                var previous = await BackendSwitch.RunningAsync(fleet.Environment, fleet.Connect, token).ConfigureAwait(false);
                return new PlanSource(release.Text, new Dictionary<string, string>([.. previous, .. recipe.Write()]) { ["artifact"] = artifact.Digest });
            },
            (source, fence, _) =>
            {
                var previous = Fleet.Previous(source.Parameters);
                // Nothing is accepted here: two releases run side by side, so a contract is refused.
                return Task.FromResult(new CanaryPlans(fleet.Environment, fleet.Connect, fence, System.Environment.UserName, Narrator, screen.Show)
                    .Make(release, artifact, Artifacts, variables, previous, recipe, Migrations(fleet, fence, null).Migrate(release, previous)));
            },
            interrupt, detach);

    private async Task ShowCanaryAsync(Fleet fleet, ArtifactManifest artifact, ReleaseId release, CanaryRecipe recipe, CancellationToken cancellationToken)
    {
        var previous = await BackendSwitch.RunningAsync(fleet.Environment, fleet.Connect, cancellationToken).ConfigureAwait(false);
        var plan = new CanaryPlans(fleet.Environment, fleet.Connect, host => host, System.Environment.UserName, Narrator)
            .Make(release, artifact, Artifacts, null, previous, recipe, Migrations(fleet, host => host, null).Migrate(release, previous));
        var rollout = CanaryPlans.Rollout(fleet.Environment, recipe.Percents);
        foreach (var step in RolloutText.Lines(rollout))
            Console.Out.WriteLine($"  {step}");
        PlanTable.Write(Console.Out, $"Canary on {fleet.Environment.Name}   {release}", plan);
        Session.Data["plan"] = PlanTable.Rows(plan);
        Session.Data["rollout"] = rollout;
    }

    /// <summary>The canary's curves under artifacts. A report that cannot be written takes nothing from the canary.</summary>
    async Task WriteReportAsync(StoreEnvironment environment, ReleaseId release, IReadOnlyList<CanaryView> views, string verdict, IReadOnlyList<string> foretold)
    {
        if (views.Count == 0)
            return;
        try
        {
            var folder = Directory.CreateDirectory(Path.Combine(RootDirectory, "artifacts")).FullName;
            var path = Path.Combine(folder, $"canary-{release}.html");
            await File.WriteAllTextAsync(path, CanaryReport.Html(release.Text, environment.Name, views, verdict, foretold, DateTimeOffset.Now, Session.Scrubber.Scrub)).ConfigureAwait(false);
            Narrator.Say("report", Path.GetRelativePath(RootDirectory, path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Narrator.Warn("report", $"it could not be written: {e.Message}");
        }
    }
}
