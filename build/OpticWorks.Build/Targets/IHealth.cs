using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations;
using OpticWorks.Operations.Health;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Operate, "Health --environment production",
    Effects = "Nothing",
    Needs = "--environment; SSH as the deploy user to the environment's hosts",
    Undo = "There is nothing to undo")]
internal interface IHealth : IHazSight
{
    Target Health => _ => _
        .Description("Say whether the store is well: every instance, HAProxy, the way through it, the storefront")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(HealthAsync));

    private async Task HealthAsync(CancellationToken cancellationToken)
    {
        var environment = LoadEnvironment();
        await HideSecretsAsync(environment, cancellationToken).ConfigureAwait(false);
        var connect = await ConnectorAsync(environment, asProvisionUser: false, cancellationToken).ConfigureAwait(false);
        var look = await new StoreHealth(environment, connect).LookAsync(cancellationToken).ConfigureAwait(false);
        var findings = Findings.Of(look, environment.Name);
        Session.Data["health"] = new { Ok = findings.Count == 0, Findings = findings, Look = look };
        foreach (var line in HealthTable.Lines(look))
            Console.Out.WriteLine(Session.Scrubber.Scrub(line));
        if (findings.Count == 0)
        {
            Console.Out.WriteLine(Session.Scrubber.Scrub(HealthTable.Well(look)));
            return;
        }

        throw OperationException.Preflight(
            $"{environment.Name} is not well: {(findings.Count == 1 ? "1 finding" : $"{findings.Count} findings")}",
            seen: string.Join('\n', findings), next: findings.Select(finding => finding.Next).FirstOrDefault(next => next is not null));
    }
}
