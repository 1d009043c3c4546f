using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Operate, "Unlock --environment staging --reason \"laptop stolen\"", ChangesEnvironment = true,
    Effects = "The lease on the balancer's host; an entry in the audit",
    Needs = "--environment, and --confirm where it is protected; --reason when the lease has not expired",
    Undo = "There is nothing to undo: the next operation takes a lease of its own")]
internal interface IUnlock : IHazFleet
{
    Target Unlock => _ => _
        .Description("Remove a lease whose holder is gone: an expired one, or with --reason any")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(async cancellationToken =>
        {
            var fleet = await FleetAsync(cancellationToken).ConfigureAwait(false);
            RequireConfirmation(fleet.Environment);
            if (PlanOnly == true)
            {
                Narrator.Say("lease", "would be removed if it has expired, or a reason is given. Nothing was changed.");
                return;
            }

            var removed = await fleet.Operation.Leases.UnlockAsync(IHazBackups.Operator, Reason, cancellationToken).ConfigureAwait(false);
            Narrator.Say("lease", removed is null ? "it was free" : $"removed: it was {removed.Holder}'s for {removed.Holder.Reason}");
        }));
}

