using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Provisioning;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Local, "Provision --environment staging --plan-only", ChangesEnvironment = true,
    Effects = "On every host of the environment: users, directories, Node, sudo rules and units; HAProxy, PostgreSQL and Redis "
        + "on theirs. --plan-only: nothing",
    Needs = "--environment, and --confirm where it is protected; its secrets (database, redis); SSH as a user that is root or "
        + "has sudo without a password",
    Undo = "Nothing is taken back: every change is right by itself and stays, the error names them, and the next run goes on "
        + "with what is left")]
internal interface IProvision : IHazEnvironment
{
    [Parameter("Public SSH key file that the deploy user accepts. Default: the public half of the environment's identity file")]
    string? DeployKey => TryGetValue(() => DeployKey);

    Target Provision => _ => _
        .Description("Prepare an environment's hosts: users, Node, directories, units, HAProxy; a second run changes nothing")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(cancellationToken => ProvisionAsync(PlanOnly ?? false, cancellationToken)));

    /// <summary>Plans, shows the differences, and applies them unless only the plan was wanted.</summary>
    async Task ProvisionAsync(bool planOnly, CancellationToken cancellationToken)
    {
        var environment = LoadEnvironment();
        if (!planOnly)
            RequireConfirmation(environment);
        var provisioner = await ProvisionerAsync(environment, cancellationToken).ConfigureAwait(false);
        var plan = await provisioner.PlanAsync(cancellationToken).ConfigureAwait(false);
        Session.Data["provision"] = plan;
        if (plan.IsEmpty)
        {
            Narrator.Say("provision", $"{environment.Name}: nothing to change");
            return;
        }

        if (planOnly)
        {
            Console.Out.WriteLine(Session.Scrubber.Scrub(plan.ToString()));
            Narrator.Say("provision", "Nothing was changed.");
            return;
        }

        await provisioner.ApplyAsync(plan, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Provisioner> ProvisionerAsync(StoreEnvironment environment, CancellationToken cancellationToken)
    {
        var secret = await SecretsAsync(environment, cancellationToken, "database", "redis").ConfigureAwait(false);
        var connect = await ConnectorAsync(environment, asProvisionUser: true, cancellationToken).ConfigureAwait(false);
        var node = await Toolbox.GetAsync(PinnedProgram.Node, cancellationToken).ConfigureAwait(false);
        return new Provisioner(environment, connect, secret, node.Path, node.Version, PublicKey(environment), Narrator);
    }

    private string PublicKey(StoreEnvironment environment)
    {
        var path = DeployKey ?? (environment.IdentityFile is { } identity ? identity + ".pub" : null)
            ?? throw OperationException.Configuration("No public key for the deploy user is known", "--deploy-key ~/.ssh/opticworks.pub");
        return File.Exists(path)
            ? File.ReadAllText(path).Trim()
            : throw OperationException.Configuration($"The deploy user's public key {path} does not exist", "--deploy-key PATH");
    }
}
