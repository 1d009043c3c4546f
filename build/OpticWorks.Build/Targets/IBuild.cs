using Nuke.Common;
using Nuke.Common.Utilities.Collections;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Storefront.Bundles;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Ship, "Build --environment staging",
    Effects = "Archives and a manifest under artifacts/store; with --environment also the environment's artifact store, unless "
        + "--publish false",
    Needs = "What Restore needs; with --environment its file, and backups.accessKey and backups.secretKey to publish",
    Undo = "A half-built archive is removed; finished ones stay under their digests and are found again")]
internal interface IBuild : IRestore, IHazEnvironment
{
    [Parameter("Put the artifact into the environment's artifact store (default: yes when an environment is named)")]
    [CommandLineOnly]
    bool? Publish => TryGetValue<bool?>(() => Publish);

    Target Build => _ => _
        .Description("Build backend, dependency layer and the environment's storefront into one artifact")
        .DependsOn<IRestore>(x => x.Restore)
        .TryAfter<ILocalUp>(x => x.LocalUp) // the local storefront compiles in an address that LocalUp chooses
        .OnlyWhenStatic(() => ArtifactDigest == null)
        .Executes(() => Run(async cancellationToken =>
        {
            var programs = await StoreProgramsAsync(cancellationToken).ConfigureAwait(false);
            var environment = EnvironmentInPlan is null ? null : LoadEnvironment();
            if (environment is not null)
            {
                NeededVariables.Require(NeededVariables.Read(Store.Storefront),
                    StorefrontTarget.Of(environment).Variables.Keys.Concat(NeededVariables.Given(Store.Storefront)).ToHashSet(), environment.Name);
                await GuardStripeAsync(environment, cancellationToken).ConfigureAwait(false);
            }

            var builder = new ArtifactBuilder(Store, Artifacts, Narrator);
            var artifact = await builder.BuildAsync(programs,
                environment is null ? [] : [StorefrontTarget.Of(environment)],
                await StoreCommitAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            Session.Artifact = artifact;
            Session.Data["artifact"] = artifact;
            Narrator.Say("build", $"artifact {artifact.Digest[..12]}: {Path.GetRelativePath(RootDirectory, Artifacts.ManifestPath(artifact.Digest))}");
            ReportSummary(summary => summary.AddPair("Artifact", artifact.Digest[..12]));
            if (environment is not null && Publish != false && PlanOnly != true)
                await PublishAsync(environment, artifact, cancellationToken).ConfigureAwait(false);
        }));

    /// <summary>Puts the artifact into the environment's artifact store.</summary>
    async Task PublishAsync(StoreEnvironment environment, ArtifactManifest artifact, CancellationToken cancellationToken)
    {
        using var objects = await ArtifactStoreAsync(environment, cancellationToken).ConfigureAwait(false);
        await new ArtifactLibrary(objects, environment.Artifacts.Prefix, Narrator).PutAsync(artifact, Artifacts, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>No Stripe key of the wrong mode in what is compiled in, nor in the configuration as far as it is known here: a
    /// build job need not hold the backend's secrets, every deployment looks at all of them.</summary>
    private async Task GuardStripeAsync(StoreEnvironment environment, CancellationToken cancellationToken)
    {
        List<(string, string)> texts =
        [
            .. environment.Storefront.Variables.Select(pair => ($"storefront.variables.{pair.Key}", pair.Value)),
            .. Directory.EnumerateFiles(Store.Storefront, ".env*").Select(path => (Path.GetRelativePath(Store.Directory, path), File.ReadAllText(path))),
        ];
        foreach (var name in environment.Variables.Keys)
        {
            try
            {
                var secret = await SecretsAsync(environment, cancellationToken, $"variables.{name}").ConfigureAwait(false);
                texts.Add(($"variables.{name}", secret(environment.Variables[name])));
            }
            catch (OperationException e)
            {
                Narrator.Detail("stripe", $"variables.{name} is not known here: {e.Message}");
            }
        }

        StripeGuard.Check(environment.Stripe.Mode, texts);
    }
}
