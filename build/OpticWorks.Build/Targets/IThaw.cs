using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Operate, "Thaw --environment staging", ChangesEnvironment = true,
    Effects = "The freeze on the balancer's host; an entry in the audit",
    Needs = "--environment, and --confirm where it is protected",
    Undo = "Freeze")]
internal interface IThaw : IHazFleet
{
    Target Thaw => _ => _
        .Description("End a freeze")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(async cancellationToken =>
        {
            var fleet = await FleetAsync(cancellationToken).ConfigureAwait(false);
            RequireConfirmation(fleet.Environment);
            if (PlanOnly == true)
            {
                Narrator.Say("freeze", $"a freeze of {fleet.Environment.Name} would be lifted. Nothing was changed.");
                return;
            }

            var freeze = await fleet.Operation.Leases.ThawAsync(IHazBackups.Operator, Reason, cancellationToken).ConfigureAwait(false);
            Narrator.Say("freeze", freeze is null ? "it was not frozen" : $"lifted; it was {freeze.By}'s: {freeze.Reason}");
        }));
}
