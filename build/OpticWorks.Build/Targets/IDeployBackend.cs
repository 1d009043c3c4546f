using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Ship, "DeployBackend --environment staging", Changes = true)]
internal interface IDeployBackend : IHazStore, IHazEnvironment
{
    Target DeployBackend => _ => _
        .Description("Put a release on every backend instance, without downtime")
        .Requires(() => EnvironmentName)
        .TryDependsOn<IBuild>(x => x.Build)
        .TryDependsOn<ITest>(x => x.Test)
        .Executes(() => Run(cancellationToken => DeployBackendAsync(cancellationToken)));

    async Task DeployBackendAsync(CancellationToken cancellationToken)
    {
        var environment = LoadEnvironment();
        RequireConfirmation(environment);
        var artifact = Session.Artifact ?? throw new OperationException("No artifact was built in this run", ExitCodes.Configuration) { Next = "./build.sh Build DeployBackend" };
        var release = Session.Release ??= ReleaseId.New(DateTimeOffset.UtcNow, artifact.Commit);
        var secret = await SecretsAsync(environment, cancellationToken, "database", "redis", "variables").ConfigureAwait(false);
        var variables = BackendVariables.Of(environment, release, secret);
        StripeGuard.Check(environment.Stripe.Mode, variables.Select(pair => ($"variables.{pair.Key}", pair.Value)));
        var connect = await ConnectorAsync(environment, asProvisionUser: false, cancellationToken).ConfigureAwait(false);
        var deployment = new BackendDeployment(environment, connect, artifact, Artifacts, release, variables, Narrator);
        var plan = await deployment.PlanAsync(cancellationToken).ConfigureAwait(false);
        await new PlanRunner(Narrator).RunAsync(plan, cancellationToken).ConfigureAwait(false);
        Narrator.Say("done", $"{environment.Hosts.Sum(host => host.Instances.Count)} instances of {environment.Name} on {release}");
        Session.Data["release"] = release.Text;
    }
}
