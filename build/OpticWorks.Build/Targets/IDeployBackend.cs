using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Output;
using OpticWorks.Build.Plans;
using OpticWorks.Operations;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Ship, "DeployBackend --environment staging", ChangesEnvironment = true,
    Effects = "On the backend hosts: dependency layer, release folder, each instance's link and its medusa@PORT unit; the "
        + "database's schema (migrations); in HAProxy the state of the instance that is being switched",
    Needs = "--environment, and --confirm where it is protected; its secrets (database, redis, variables); SSH as the deploy "
        + "user to hosts that Provision prepared; what Build and Test need",
    Undo = "A failure or the first Ctrl-C undoes the finished steps in reverse order: instances go back to their release, "
        + "staged releases are removed. Migrations stay: they only expand. A killed run, or a second Ctrl-C, is ended by Resume")]
internal interface IDeployBackend : IHazFleet
{
    [Parameter("What becomes of a backend host that cannot be reached: fail (the default), or skip: it is taken out of traffic and left behind")]
    [CommandLineOnly]
    string? Unreachable => TryGetValue(() => Unreachable);

    Target DeployBackend => _ => _
        .Description("Put a release on every backend instance, without downtime")
        .Requires(() => EnvironmentName)
        .TryDependsOn<IBuild>(x => x.Build)
        .TryDependsOn<ITest>(x => x.Test)
        .Executes(() => Run(DeployBackendAsync));

    static PlanKind DeployBackendKind { get; } = new("DeployBackend", async (build, asked) =>
    {
        var (artifact, variables) = await build.DeployedAsync(asked).ConfigureAwait(false);
        return build.Backend(asked).Deploy(asked.Release, artifact, build.Artifacts, variables, asked.Previous,
            build.Migrations(asked.Fleet, asked.Fence, asked.Accepted, asked.LeftOut).Migrate(asked.Release, asked.Previous));
    });

    async Task DeployBackendAsync(CancellationToken interrupt, CancellationToken detach)
    {
        var whole = await FleetAsync(interrupt).ConfigureAwait(false);
        RequireConfirmation(whole.Environment);
        var leftOut = await LeftOutAsync(whole, interrupt).ConfigureAwait(false);
        var fleet = await FleetAsync(interrupt, leftOut.Skipped).ConfigureAwait(false);
        var environment = fleet.Environment;
        var artifact = await ChosenArtifactAsync(environment, interrupt).ConfigureAwait(false);
        var release = Session.Release ??= ReleaseId.New(DateTimeOffset.UtcNow, artifact.Commit);
        var secret = await SecretsAsync(environment, interrupt, "database", "redis", "variables").ConfigureAwait(false);
        var variables = BackendVariables.Of(environment, release, secret);
        StripeGuard.Check(environment.Stripe.Mode, variables.Select(pair => ($"variables.{pair.Key}", pair.Value)));
        await Preflight.CheckAsync(LeftOut.Without(environment, leftOut.Skipped), fleet.Connect, artifact.Backend.Length + artifact.Layer.Length, interrupt).ConfigureAwait(false);
        foreach (var drift in await Preflight.DriftAsync(environment, fleet.Connect, leftOut.Behind, interrupt).ConfigureAwait(false))
            Narrator.Warn("drift", $"{drift}; a switched instance gets its traffic back");

        if (PlanOnly == true)
        {
            await ShowPlanAsync(fleet, leftOut, artifact, release, interrupt).ConfigureAwait(false);
            return;
        }

        var since = DateTimeOffset.UtcNow;
        try
        {
            await DeployAsync(fleet, leftOut, artifact, release, variables, interrupt, detach).ConfigureAwait(false);
        }
        catch (OperationException e) when (e.ExitCode is ExitCodes.FailedAndUndone or ExitCodes.FailedAndNotUndone)
        {
            await WriteDossierAsync(fleet, "DeployBackend", release, e, since).ConfigureAwait(false);
            throw;
        }

        Narrator.Say("done", $"{LeftOut.Without(environment, leftOut.Skipped).Hosts.Sum(host => host.Instances.Count)} instances of {environment.Name} on {release}");
        Session.Data["release"] = release.Text;
    }

    /// <summary>Hosts that were left behind earlier, and those that cannot be reached now when they may be skipped.</summary>
    private async Task<LeftOut> LeftOutAsync(Fleet fleet, CancellationToken cancellationToken)
    {
        if (Unreachable is not (null or "fail" or "skip"))
            throw new OperationException($"\"{Unreachable}\" is neither fail nor skip", ExitCodes.Engine) { Next = "--unreachable fail|skip" };
        var behind = (await fleet.Behind.ReadAsync(cancellationToken).ConfigureAwait(false)).Keys.ToHashSet();
        var skipped = Unreachable == "skip"
            ? await Preflight.UnreachableAsync(fleet.Environment, fleet.Connect, cancellationToken).ConfigureAwait(false)
            : new HashSet<string>();
        foreach (var host in skipped)
            Narrator.Warn("unreachable", $"{host} is skipped: it gets no traffic until a deployment reaches it");
        return new LeftOut(skipped, behind);
    }

    private Task DeployAsync(
        Fleet fleet, LeftOut leftOut, ArtifactManifest artifact, ReleaseId release, IReadOnlyDictionary<string, string> variables, CancellationToken interrupt, CancellationToken detach) =>
        fleet.Operation.RunAsync("DeployBackend", Reason ?? $"DeployBackend of {release}", Wish,
            async token =>
            {
                await fleet.RequireStillBehindAsync(leftOut.Behind, token).ConfigureAwait(false);
                var previous = await BackendSwitch.RunningAsync(LeftOut.Without(fleet.Environment, leftOut.Skipped), fleet.Connect, token).ConfigureAwait(false);
                var parameters = new Dictionary<string, string>([.. previous, .. leftOut.Write()]) { ["artifact"] = artifact.Digest };
                if (Accept is { } accepted)
                    parameters["accept"] = accepted;
                return new PlanSource(release.Text, parameters);
            },
            (source, fence, _) =>
            {
                var previous = Fleet.Previous(source.Parameters);
                return Task.FromResult(new BackendPlans(fleet.Environment, fleet.Connect, fence, System.Environment.UserName, Narrator) { LeftOut = leftOut }
                    .Deploy(release, artifact, Artifacts, variables, previous, Migrations(fleet, fence, Accept, leftOut).Migrate(release, previous)));
            },
            interrupt, detach);

    private async Task ShowPlanAsync(Fleet fleet, LeftOut leftOut, ArtifactManifest artifact, ReleaseId release, CancellationToken cancellationToken)
    {
        var previous = await BackendSwitch.RunningAsync(LeftOut.Without(fleet.Environment, leftOut.Skipped), fleet.Connect, cancellationToken).ConfigureAwait(false);
        var plan = new BackendPlans(fleet.Environment, fleet.Connect, host => host, System.Environment.UserName, Narrator) { LeftOut = leftOut }
            .Deploy(release, artifact, Artifacts, null, previous, Migrations(fleet, host => host, Accept, leftOut).Migrate(release, previous));
        PlanTable.Write(Console.Out, $"DeployBackend to {fleet.Environment.Name}   {release}", plan);
        Session.Data["plan"] = PlanTable.Rows(plan);
    }
}
