using OpticWorks.Operations.Releases;

namespace OpticWorks.Build.Targets;

/// <summary>What targets are made of, by digest.</summary>
internal interface IHazInputs : IHazStore, IHazEnvironment
{
    /// <summary>Digests by name: the environment's file where one is acted on, the archives' inputs where something is built, the store where it is tested, the
    /// artifact where one was named.</summary>
    async Task<IReadOnlyDictionary<string, string>> InputDigestsAsync(IReadOnlyCollection<string> targets, CancellationToken cancellationToken)
    {
        var inputs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (EnvironmentName is { } name)
            inputs[$"environment {name}"] = new Inputs().FileAt("environment", Path.Combine(RootDirectory, ".nuke", "environments", $"{name}.json")).Digest();
        if (ArtifactDigest is { } artifact)
            inputs["artifact"] = artifact;
        if (!targets.Any(target => target is nameof(IRestore.Restore) or nameof(IBuild.Build) or nameof(ITest.Test)))
            return inputs;
        var programs = await StoreProgramsAsync(cancellationToken).ConfigureAwait(false);
        if (targets.Contains(nameof(IBuild.Build)))
        {
            var storefronts = EnvironmentName is null or "local" ? [] : new[] { StorefrontTarget.Of(LoadEnvironment()) };
            foreach (var (part, digest) in new ArtifactBuilder(Store, Artifacts, Narrator).InputDigests(programs, storefronts))
                inputs[part] = digest;
        }

        if (targets.Contains(nameof(ITest.Test)))
            inputs["store"] = StoreTests.InputDigest(Store, programs);
        return inputs;
    }
}
