using System.Security.Cryptography;
using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Output;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.MainJob, "Rehearse --keep",
    Effects = "What LocalUp, Build, Test, Provision and DeployBackend change, on this checkout's local machines only; "
        + ".nuke/temp/storefront",
    Needs = "What LocalUp and Build need; no secret of yours",
    Undo = "RehearseEnd removes the machines and their data however it ends, also after Ctrl-C; with --keep they stay until "
        + "LocalDown")]
internal interface IRehearse : ILocalUp, IBuild, ITest, IProvision, IDeployBackend
{
    [Parameter("Leave the local machines running after the rehearsal")]
    bool? Keep => TryGetValue<bool?>(() => Keep);

    Target Rehearse => _ => _
        .Description("Prove a release from commit to a served page on real local machines")
        .DependsOn<ILocalUp>(x => x.LocalUp)
        .DependsOn<IRestore>(x => x.Restore)
        .DependsOn<IBuild>(x => x.Build)
        .DependsOn<ITest>(x => x.Test)
        .Executes(() => Run(RehearseAsync));

    /// <summary>Whatever ended the rehearsal, also Ctrl-C in one of the targets before it: the machines go.</summary>
    Target RehearseEnd => _ => _
        .Unlisted()
        .TriggeredBy<IRehearse>(x => x.Rehearse)
        .AssuredAfterFailure()
        .OnlyWhenDynamic(() => Keep != true)
        .Executes(() => LocalMachines.DownAsync(CancellationToken.None).GetAwaiter().GetResult());

    private async Task RehearseAsync(CancellationToken cancellationToken, CancellationToken detach)
    {
        var report = new StepReport(ExecutionPlan);
        var environment = LoadEnvironment();
        await report.TimeAsync("Provision", () => ProvisionAsync(planOnly: false, cancellationToken)).ConfigureAwait(false);
        await report.TimeAsync("DeployBackend", () => DeployBackendAsync(cancellationToken, detach)).ConfigureAwait(false);

        var connect = await ConnectorAsync(environment, asProvisionUser: false, cancellationToken).ConfigureAwait(false);
        var stock = RandomNumberGenerator.GetInt32(100, 1000);
        var product = await report.TimeAsync("Seed", () => SampleProduct.SeedAsync(
            connect(environment.Hosts[0]), environment, Session.Release!, stock, Narrator, cancellationToken)).ConfigureAwait(false);
        LocalMachines.RememberPublishableKey(product.PublishableKey);
        Narrator.Say("seed", $"{product.Title}, {product.Stock} in stock");

        await using var database = await OpenDatabaseAsync(environment, cancellationToken).ConfigureAwait(false);
        var check = new StoreCheck(environment, database, Narrator);
        await report.TimeAsync("Fetch through HAProxy", () => check.ApiAsync(product, cancellationToken)).ConfigureAwait(false);
        await report.TimeAsync("Fetch the storefront's page", () => PageAsync(environment, product, check, cancellationToken)).ConfigureAwait(false);
        Session.Data["product"] = product;
        Session.Data["steps"] = report.Rows;
        report.Write(Console.Out);
    }

    private async Task PageAsync(
        Operations.Environments.StoreEnvironment environment, SampleProduct product, StoreCheck check, CancellationToken cancellationToken)
    {
        var bundle = Session.Artifact!.Storefront(environment.Name)!;
        var programs = await StoreProgramsAsync(cancellationToken).ConfigureAwait(false);
        var wrangler = await WranglerAsync(programs, cancellationToken).ConfigureAwait(false);
        await using var storefront = await StorefrontPreview.StartAsync(wrangler, programs.Zstd, Artifacts.ArchivePath(bundle),
            Path.Combine(RootDirectory, ".nuke", "temp", "storefront"), LoopbackPort.Free(), environment.Storefront.WranglerEnvironment,
            new Dictionary<string, string> { ["MEDUSA_PUBLISHABLE_KEY"] = product.PublishableKey, ["RELEASE_ID"] = Session.Release!.Text },
            Narrator, cancellationToken).ConfigureAwait(false);
        await check.PageAsync(storefront.Url, product, cancellationToken).ConfigureAwait(false);
    }
}
