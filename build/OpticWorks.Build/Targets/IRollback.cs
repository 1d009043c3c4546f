using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Output;
using OpticWorks.Build.Plans;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Storefront;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Ship, "Rollback --environment staging --reason \"carts fail\"", ChangesEnvironment = true,
    Effects = "Where storefront and backend are one release: on Cloudflare the Worker's traffic, first; on the backend hosts each instance's link and its medusa@PORT unit; in HAProxy the state of the instance that is being switched; the records of the release that is left (bad) and of one that it goes back to though it was bad (good)",
    Needs = "--environment, and --confirm where it is protected; a good earlier release on every host that was proved to run against today's database, or --accept-unproved; SSH as the deploy user",
    Undo = "A failure or the first Ctrl-C switches the instances back to what they ran. A killed run, or a second Ctrl-C, is ended by Resume")]
internal interface IRollback : IHazStorefront
{
    [Parameter("Roll back to a release that was not seen, or failed, to run against today's database")]
    [CommandLineOnly]
    bool? AcceptUnproved => TryGetValue<bool?>(() => AcceptUnproved);

    Target Rollback => _ => _
        .Description("Go back to the previous good release, or to the one that --to names")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(RollbackAsync));

    /// <summary>Of the backend, or of both where they were released together.</summary>
    static PlanKind RollbackKind { get; } = PlanKind.Of<IRollback>("Rollback", async (build, asked) =>
    {
        var recipe = StorefrontRollbackRecipe.Find(asked.Header.Parameters);
        var work = recipe is null ? null : await build.StorefrontWorkAsync(asked.Fleet.Environment, asked.Cancellation).ConfigureAwait(false);
        return build.Backend(asked).Rollback(asked.Release, asked.Header.Parameters["reason"], asked.Previous, BadNotes.Read(asked.Header.Parameters), Storefront(work, recipe, Guard(asked.Fleet, asked.Fence)));
    });

    async Task RollbackAsync(CancellationToken interrupt, CancellationToken detach)
    {
        var whole = await FleetAsync(interrupt).ConfigureAwait(false);
        RequireConfirmation(whole.Environment);
        // A host that is behind stays out of traffic, on what it has: only a deployment catches it up.
        var behind = (await whole.Behind.ReadAsync(interrupt).ConfigureAwait(false)).Keys.ToHashSet();
        if (behind.Count > 0)
            Narrator.Warn("rollback", $"{string.Join(", ", behind)} stays out of traffic: behind since a deployment could not reach it");
        var fleet = await FleetAsync(interrupt, behind).ConfigureAwait(false);
        var leftOut = new LeftOut(behind, behind);
        var wanted = To is null ? null : ReleaseId.Parse(To);
        var reason = Reason ?? "rolled back";
        using var work = await FindStorefrontWorkAsync(fleet.Environment, interrupt).ConfigureAwait(false);
        if (PlanOnly == true)
        {
            var (target, previous, bad) = await ChooseAsync(fleet, behind, wanted, interrupt).ConfigureAwait(false);
            var plan = new BackendPlans(fleet.Environment, fleet.Connect, host => host, System.Environment.UserName, Narrator) { LeftOut = leftOut }
                .Rollback(target, reason, previous, BadNotes.Read(bad), Storefront(work, await StorefrontBackAsync(work, target, previous, interrupt).ConfigureAwait(false), _ => Task.CompletedTask));
            PlanTable.Write(Console.Out, $"Rollback of {fleet.Environment.Name} to {target}", plan);
            Session.Data["plan"] = PlanTable.Rows(plan);
            return;
        }

        await fleet.Operation.RunAsync("Rollback", reason, Wish with { EvenIfFrozen = true },
            async token =>
            {
                await fleet.RequireStillBehindAsync(behind, token).ConfigureAwait(false);
                var (target, previous, bad) = await ChooseAsync(fleet, behind, wanted, token).ConfigureAwait(false);
                Session.Release = target;
                var storefront = await StorefrontBackAsync(work, target, previous, token).ConfigureAwait(false);
                return new PlanSource(target.Text, new Dictionary<string, string>([.. previous, .. bad, .. leftOut.Write(), .. storefront?.Write() ?? []]) { ["reason"] = reason });
            },
            (source, fence, _) => Task.FromResult(new BackendPlans(fleet.Environment, fleet.Connect, fence, System.Environment.UserName, Narrator) { LeftOut = leftOut }
                .Rollback(ReleaseId.Parse(source.Release), reason, Fleet.Previous(source.Parameters), BadNotes.Read(source.Parameters),
                    Storefront(work, StorefrontRollbackRecipe.Find(source.Parameters), Guard(fleet, fence)))),
            interrupt, detach).ConfigureAwait(false);
        Narrator.Say("done", $"{fleet.Environment.Name} is back on {Session.Release}");
    }

    /// <returns>Bad: which of them are bad now, as the header's entries.</returns>
    private async Task<(ReleaseId Target, IReadOnlyDictionary<string, string> Previous, IReadOnlyDictionary<string, string> Bad)> ChooseAsync(
        Fleet fleet, IReadOnlySet<string> behind, ReleaseId? wanted, CancellationToken cancellationToken)
    {
        var previous = await BackendSwitch.RunningAsync(LeftOut.Without(fleet.Environment, behind), fleet.Connect, cancellationToken).ConfigureAwait(false);
        var records = await fleet.Book.ReadAsync(cancellationToken).ConfigureAwait(false);
        var staged = await fleet.StagedAsync(behind, cancellationToken).ConfigureAwait(false);
        var current = previous.Values.Where(name => name.Length > 0).ToHashSet();
        var target = ReleaseId.Parse(RollbackChoice.Of(records, current, staged, wanted, AcceptUnproved == true).Release);
        await RequireNoContractAsync(fleet, target, cancellationToken).ConfigureAwait(false);
        return (target, previous, new Dictionary<string, string>(BadNotes.Write(records, [.. current, target.Text])));
    }
}
