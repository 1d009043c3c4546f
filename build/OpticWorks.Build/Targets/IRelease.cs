using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Output;
using OpticWorks.Build.Plans;
using OpticWorks.Operations;
using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Canary;
using OpticWorks.Operations.Canary.Sources;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Storefront;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Ship, "Release --environment staging", ChangesEnvironment = true,
    Effects = "What Backup, Migrate, Canary and DeployStorefront change, as one operation",
    Needs = "--environment, and --confirm where it is protected; what Backup, Migrate, Canary and DeployStorefront need; what Build and Test need, unless --release or --artifact names what was built",
    Undo = "A failure of any part, or the first Ctrl-C, takes back all of it in reverse order: the storefront's traffic, the API's, the instances. The backup, expand migrations and versions of the Worker without traffic stay. "
        + "A killed run, or a second Ctrl-C, is ended by Resume; later, Rollback takes both back")]
internal interface IRelease : IHazStorefront, ICanary
{
    Target Release => _ => (ReleaseNamed is null ? _.TryDependsOn<IBuild>(x => x.Build).TryDependsOn<ITest>(x => x.Test) : _)
        .Description("Back up, migrate, canary and storefront as one release, with one undo")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(ReleaseAsync));

    async Task ReleaseAsync(CancellationToken interrupt, CancellationToken detach)
    {
        var fleet = await FleetAsync(interrupt).ConfigureAwait(false);
        var environment = fleet.Environment;
        RequireConfirmation(environment);
        using var work = await StorefrontWorkAsync(environment, interrupt).ConfigureAwait(false);
        var artifact = await RolloutArtifactAsync(fleet, interrupt).ConfigureAwait(false);
        var release = Session.Release ??= ReleaseId.New(DateTimeOffset.UtcNow, artifact.Commit);
        var secret = await SecretsAsync(environment, interrupt, "database", "redis", "variables").ConfigureAwait(false);
        StripeGuard.Check(environment.Stripe.Mode, BackendVariables.Of(environment, release, secret).Select(pair => ($"variables.{pair.Key}", pair.Value)));
        if ((await fleet.Behind.ReadAsync(interrupt).ConfigureAwait(false)).Keys.FirstOrDefault() is { } behind)
            throw OperationException.Preflight($"{behind} was left behind by an earlier deployment", $"./build.sh DeployBackend --environment {environment.Name}");
        await Preflight.CheckAsync(environment, fleet.Connect, artifact.Backend.Length + artifact.Layer.Length, interrupt).ConfigureAwait(false);
        var known = await KnownSecretsAsync(environment, interrupt).ConfigureAwait(false);
        if (PlanOnly == true)
        {
            var header = await HeaderAsync(fleet, work, artifact, release, known, interrupt).ConfigureAwait(false);
            var plan = Make(fleet, work, artifact, release, null, header, host => host, new CanaryScreen(Narrator));
            PlanTable.Write(Console.Out, $"Release to {environment.Name}   {release}", plan);
            Session.Data["plan"] = PlanTable.Rows(plan);
            return;
        }

        var screen = new CanaryScreen(Narrator);
        var since = DateTimeOffset.UtcNow;
        var verdict = $"Every instance of {environment.Name} runs {release}.";
        try
        {
            await fleet.Operation.RunAsync("Release", Reason ?? $"Release of {release}", Wish,
                async token => new PlanSource(release.Text, await HeaderAsync(fleet, work, artifact, release, known, token).ConfigureAwait(false)),
                (source, fence, _) => Task.FromResult(Make(fleet, work, artifact, release, BackendVariables.Of(environment, release, secret), source.Parameters, fence, screen)),
                interrupt, detach).ConfigureAwait(false);
        }
        catch (OperationException e)
        {
            var told = CanaryFailure.Of(e);
            verdict = told.Explain();
            if (told.ExitCode is ExitCodes.FailedAndUndone or ExitCodes.FailedAndNotUndone)
                await WriteDossierAsync(fleet, "Release", release, told, since).ConfigureAwait(false);
            if (ReferenceEquals(told, e))
                throw;
            throw told;
        }
        finally
        {
            await WriteReportAsync(environment, release, screen.Views, verdict, []).ConfigureAwait(false);
            Session.Data["canary"] = screen.Views.GroupBy(view => view.Step).Select(step => step.Last());
        }

        Session.Data["release"] = release.Text;
        Narrator.Say("done", $"{environment.Hosts.Sum(host => host.Instances.Count)} instances and {environment.Storefront.Url} are on {release}");
    }

    static PlanKind ReleaseKind { get; } = PlanKind.Of<IRelease>("Release", async (build, asked) =>
    {
        var (artifact, variables) = await build.DeployedAsync(asked).ConfigureAwait(false);
        var work = await build.StorefrontWorkAsync(asked.Fleet.Environment, asked.Cancellation).ConfigureAwait(false);
        return build.Make(asked.Fleet, work, artifact, asked.Release, variables, asked.Header.Parameters, asked.Fence, new CanaryScreen(build.Narrator));
    });

    /// <summary>Looks and decides; all that another machine needs to make the same plan.</summary>
    private async Task<IReadOnlyDictionary<string, string>> HeaderAsync(
        Fleet fleet, StorefrontWork work, ArtifactManifest artifact, ReleaseId release, IReadOnlyDictionary<string, string> known, CancellationToken cancellationToken)
    {
        await fleet.RequireStillBehindAsync(new HashSet<string>(), cancellationToken).ConfigureAwait(false);
        var (percents, dwell) = Rollout(fleet.Environment.Canary);
        var storefront = await StorefrontPreflight.LookAsync(work, release, artifact.Digest, percents, dwell, known, cancellationToken).ConfigureAwait(false);
        var control = fleet.Connect(fleet.Environment.Balancer.Host);
        var baseline = await Baseline.ReadAsync(control, fleet.Environment.Balancer.Socket, fleet.Environment.Balancer.Backend, cancellationToken).ConfigureAwait(false);
        var canary = new CanaryRecipe(percents, dwell, baseline, Math.Max(0, Probe ?? 0));
        var previous = await BackendSwitch.RunningAsync(fleet.Environment, fleet.Connect, cancellationToken).ConfigureAwait(false);
        return new Dictionary<string, string>([.. previous, .. canary.Write(), .. storefront.Write()]) { ["artifact"] = artifact.Digest };
    }

    private Plan Make(
        Fleet fleet, StorefrontWork work, ArtifactManifest artifact, ReleaseId release, IReadOnlyDictionary<string, string>? variables, IReadOnlyDictionary<string, string> parameters, Func<IHost, IHost> fence,
        CanaryScreen screen)
    {
        var environment = fleet.Environment;
        var previous = Fleet.Previous(parameters);
        var migrations = Migrations(fleet, fence, null);
        var hasStableSide = previous.Values.All(name => name.Length > 0);
        var backend = hasStableSide
            ? new CanaryPlans(environment, fleet.Connect, fence, System.Environment.UserName, Narrator, screen.Show)
                .Stages(release, artifact, Artifacts, variables, previous, CanaryRecipe.Read(parameters), migrations.Expand(release, previous))
            : new BackendPlans(environment, fleet.Connect, fence, System.Environment.UserName, Narrator)
                .Stages(release, artifact, Artifacts, variables, previous, migrations.Expand(release, previous));
        var storefront = new StorefrontPlans(work, StorefrontRecipe.Read(parameters), Guard(fleet, fence));
        return WholeRelease.Of(environment.Name, BackupStep(environment), backend, storefront, hasStableSide, migrations.Contract(release));
    }

    private Step BackupStep(StoreEnvironment environment) => new("backup", environment.Database.Name)
    {
        Do = async token =>
        {
            var bucket = await BackupsAsync(environment, token).ConfigureAwait(false);
            await using var site = await SiteAsync(environment, token).ConfigureAwait(false);
            var wish = await BackupWishAsync(environment, token).ConfigureAwait(false);
            var manifest = await new BackupRun(site, bucket, Narrator).RunAsync(wish with { Wait = TimeSpan.FromMinutes(10) }, token).ConfigureAwait(false);
            return $"{manifest.Id}";
        },
        NoUndo = "a backup more harms nobody",
    };
}
