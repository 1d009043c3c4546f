using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Output;
using OpticWorks.Build.Plans;
using OpticWorks.Operations.Storefront;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Ship, "RollbackStorefront --environment staging --reason \"cart is empty\"", ChangesEnvironment = true,
    Effects = "On Cloudflare: the Worker's traffic; a version of the earlier release with today's files, where it does not serve them yet",
    Needs = "--environment, and --confirm where it is protected; storefront.account and storefront.token; an earlier version that Cloudflare still knows; "
        + "--accept-secrets when the Worker's secrets have changed since; SSH as the deploy user to the balancer, which keeps lease and journal",
    Undo = "A failure or the first Ctrl-C puts all traffic back on the version that had it. A killed run, or a second Ctrl-C, is ended by Resume")]
internal interface IRollbackStorefront : IHazStorefront
{
    Target RollbackStorefront => _ => _
        .Description("Put the storefront's traffic back on the release before, or on the one that --to names")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(RollbackStorefrontAsync));

    static PlanKind RollbackStorefrontKind { get; } = PlanKind.Of<IRollbackStorefront>("RollbackStorefront", async (build, asked) => new StorefrontRollback(
        await build.StorefrontWorkAsync(asked.Fleet.Environment, asked.Cancellation).ConfigureAwait(false), StorefrontRollbackRecipe.Read(asked.Header.Parameters),
        IHazStorefront.Guard(asked.Fleet, asked.Fence)).Make());

    async Task RollbackStorefrontAsync(CancellationToken interrupt, CancellationToken detach)
    {
        var fleet = await StorefrontFleetAsync(interrupt).ConfigureAwait(false);
        var environment = fleet.Environment;
        RequireConfirmation(environment);
        using var work = await StorefrontWorkAsync(environment, interrupt).ConfigureAwait(false);
        var accepted = AcceptedSecrets;
        if (PlanOnly == true)
        {
            var seen = await StorefrontRollback.LookAsync(work, To, accepted, interrupt).ConfigureAwait(false);
            var plan = new StorefrontRollback(work, seen, _ => Task.CompletedTask).Make();
            PlanTable.Write(Console.Out, $"RollbackStorefront of {environment.Name} to {seen.TargetName}", plan);
            Session.Data["plan"] = PlanTable.Rows(plan);
            return;
        }

        var target = "";
        await fleet.Operation.RunAsync("RollbackStorefront", Reason ?? "storefront rolled back", Wish with { EvenIfFrozen = true },
            async token =>
            {
                var recipe = await StorefrontRollback.LookAsync(work, To, accepted, token).ConfigureAwait(false);
                target = recipe.TargetName;
                return new PlanSource(recipe.TargetLabel?.Release ?? "", recipe.Write().ToDictionary());
            },
            (source, fence, _) => Task.FromResult(new StorefrontRollback(work, StorefrontRollbackRecipe.Read(source.Parameters), IHazStorefront.Guard(fleet, fence)).Make()),
            interrupt, detach).ConfigureAwait(false);
        Narrator.Say("done", $"{environment.Storefront.Url} is back on {target}");
    }
}
