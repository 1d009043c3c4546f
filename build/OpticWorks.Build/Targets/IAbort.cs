using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations.Canary;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Ship, "Abort --environment staging --reason \"…\"", ChangesEnvironment = true,
    Effects = "An order on the balancer's host; the canary then puts traffic and instances back; an entry in the audit",
    Needs = "--environment, and --confirm where it is protected; a canary that runs; SSH as the deploy user to the balancer's host",
    Undo = "It is an undo; a new Canary begins anew")]
internal interface IAbort : IHazCanary
{
    Target Abort => _ => _
        .Description("Take the running canary back without calling its release bad")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(cancellationToken => OrderAsync(CanaryOrders.Abort, cancellationToken)));
}
