namespace OpticWorks.Acceptance.Releases;

/// <summary>One light fleet for the tests that put it on a release of their own first; they run one after another.</summary>
[CollectionDefinition(nameof(SharedFleet))]
public sealed class SharedFleet : ICollectionFixture<LightMachines>;
