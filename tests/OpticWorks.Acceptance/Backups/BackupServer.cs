using OpticWorks.Acceptance.Database;

namespace OpticWorks.Acceptance.Backups;

/// <summary>One PostgreSQL and one object store for all tests of backups, which run one after another: scratch databases of one server are dropped
/// by the next drill.</summary>
[CollectionDefinition(nameof(BackupServer))]
public sealed class BackupServer : ICollectionFixture<PostgresServer>, ICollectionFixture<LocalR2>;
