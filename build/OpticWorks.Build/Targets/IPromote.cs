using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations.Canary;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Ship, "Promote --environment staging --reason \"…\"", ChangesEnvironment = true,
    Effects = "An order on the balancer's host, which the canary takes at its next look; an entry in the audit",
    Needs = "--environment, and --confirm where it is protected; a canary that runs; SSH as the deploy user to the balancer's host",
    Undo = "An alarm of the canary still takes everything back; so does Abort")]
internal interface IPromote : IHazCanary
{
    Target Promote => _ => _
        .Description("Go on with the running canary: its step is over, whatever evidence is missing")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(cancellationToken => OrderAsync(CanaryOrders.Promote, cancellationToken)));
}
