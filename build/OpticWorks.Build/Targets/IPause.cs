using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations.Canary;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Ship, "Pause --environment staging --reason \"…\"", ChangesEnvironment = true,
    Effects = "An order on the balancer's host, which the canary takes at its next look; an entry in the audit",
    Needs = "--environment, and --confirm where it is protected; a canary that runs; SSH as the deploy user to the balancer's host",
    Undo = "Promote goes on; after an hour the canary takes itself back as inconclusive")]
internal interface IPause : IHazCanary
{
    Target Pause => _ => _
        .Description("Keep the running canary at its share, watched, until Promote or Abort")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(cancellationToken => OrderAsync(CanaryOrders.Pause, cancellationToken)));
}
