namespace OpticWorks.Acceptance.Provisioning;

/// <summary>The store's provisioned machines for the tests that leave them as they found them; they run one after another.</summary>
[CollectionDefinition(nameof(SharedStore))]
public sealed class SharedStore : ICollectionFixture<StoreMachines>;
