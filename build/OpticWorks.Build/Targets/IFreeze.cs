using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Operate, "Freeze --environment staging --until 4h --reason \"sale\"", ChangesEnvironment = true,
    Effects = "The freeze on the balancer's host; an entry in the audit",
    Needs = "--environment, and --confirm where it is protected; --reason",
    Undo = "Thaw")]
internal interface IFreeze : IHazFleet, IHazEnd
{
    Target Freeze => _ => _
        .Description("Keep new changes out; what runs goes on, and a rollback stays possible")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(async cancellationToken =>
        {
            var fleet = await FleetAsync(cancellationToken).ConfigureAwait(false);
            RequireConfirmation(fleet.Environment);
            var reason = Reason ?? throw OperationException.Configuration("A freeze needs a reason", "--reason \"…\"");
            DateTimeOffset? until = Until is null ? null
                : Duration.TryParse(Until, out var length) ? DateTimeOffset.UtcNow + length
                : throw new OperationException($"\"{Until}\" is not a duration such as 90m or 4h", ExitCodes.Engine);
            if (PlanOnly == true)
            {
                Narrator.Say("freeze", $"{fleet.Environment.Name} would be frozen. Nothing was changed.");
                return;
            }

            var freeze = await fleet.Operation.Leases.FreezeAsync(IHazBackups.Operator, until, reason, cancellationToken).ConfigureAwait(false);
            Narrator.Say("freeze", $"{fleet.Environment.Name} is frozen {(freeze.Until is { } end ? $"until {end.ToLocalTime():ddd HH:mm}" : "until it is thawed")}: {freeze.Reason}");
        }));
}

