namespace OpticWorks.Acceptance.Transactions;

/// <summary>One machine for the tests that work in a folder of their own there; they run one after another.</summary>
[CollectionDefinition(nameof(SharedMachine))]
public sealed class SharedMachine : ICollectionFixture<OneMachine>;
