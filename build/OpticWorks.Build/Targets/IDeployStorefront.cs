using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Output;
using OpticWorks.Build.Plans;
using OpticWorks.Operations;
using OpticWorks.Operations.Canary;
using OpticWorks.Operations.Storefront;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Ship, "DeployStorefront --environment staging", ChangesEnvironment = true,
    Effects = "On Cloudflare: two versions of the Worker (the old release with both releases' files, and the new one), their shares of the traffic, and the "
        + "Worker's secrets, host names and crons that the environment file names",
    Needs = "--environment, and --confirm where it is protected; storefront.account and storefront.token; SSH as the deploy user to the balancer, which keeps lease and journal; "
        + "what Build needs, unless --release or --artifact names what was built",
    Undo = "A failure or the first Ctrl-C puts all traffic back on the old release at once; uploaded versions stay without traffic. A killed run, or a second Ctrl-C, is ended by Resume")]
internal interface IDeployStorefront : IHazStorefront
{
    Target DeployStorefront => _ => (ReleaseNamed is null ? _.TryDependsOn<IBuild>(x => x.Build).TryDependsOn<ITest>(x => x.Test) : _)
        .Description("Upload a version of the Worker and shift traffic to it, without losing a file")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(DeployStorefrontAsync));

    // Its folder goes with this process: the next look into the scratch folder removes it.
    static PlanKind DeployStorefrontKind { get; } = PlanKind.Of<IDeployStorefront>("DeployStorefront", async (build, asked) => new StorefrontPlans(
        await build.StorefrontWorkAsync(asked.Fleet.Environment, asked.Cancellation).ConfigureAwait(false), StorefrontRecipe.Read(asked.Header.Parameters),
        IHazStorefront.Guard(asked.Fleet, asked.Fence)).Deploy());

    async Task DeployStorefrontAsync(CancellationToken interrupt, CancellationToken detach)
    {
        var fleet = await StorefrontFleetAsync(interrupt).ConfigureAwait(false);
        var environment = fleet.Environment;
        RequireConfirmation(environment);
        using var work = await StorefrontWorkAsync(environment, interrupt).ConfigureAwait(false);
        var (release, artifact) = await StorefrontReleaseAsync(fleet, interrupt).ConfigureAwait(false);
        Session.Release = release;
        var (percents, dwell) = Rollout(environment.Canary);
        var known = await KnownSecretsAsync(environment, interrupt).ConfigureAwait(false);
        if (PlanOnly == true)
        {
            var seen = await StorefrontPreflight.LookAsync(work, release, artifact, percents, dwell, known, interrupt).ConfigureAwait(false);
            var plan = new StorefrontPlans(work, seen, _ => Task.CompletedTask).Deploy();
            PlanTable.Write(Console.Out, $"DeployStorefront to {environment.Name}   {release}", plan);
            Session.Data["plan"] = PlanTable.Rows(plan);
            return;
        }

        var done = true;
        try
        {
            done = await fleet.Operation.RunAsync("DeployStorefront", Reason ?? $"DeployStorefront of {release}", Wish,
                async token =>
                {
                    var recipe = await StorefrontPreflight.LookAsync(work, release, artifact, percents, dwell, known, token).ConfigureAwait(false);
                    return recipe.IsLive && recipe.Triggers.Is(WorkerTriggers.Wanted(environment.Storefront)) ? null : new PlanSource(release.Text, recipe.Write().ToDictionary());
                },
                (source, fence, _) => Task.FromResult(new StorefrontPlans(work, StorefrontRecipe.Read(source.Parameters), IHazStorefront.Guard(fleet, fence)).Deploy()),
                interrupt, detach).ConfigureAwait(false);
        }
        catch (OperationException e) when (CanaryFailure.Of(e) is var told && !ReferenceEquals(told, e))
        {
            throw told;
        }

        Session.Data["release"] = release.Text;
        Narrator.Say("done", done ? $"{environment.Storefront.Url} serves {release}" : $"{environment.Storefront.Url} serves {release} already");
    }
}
