using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations;
using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Backups.Dumps;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Objects;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Build.Targets;

/// <summary>The environment's database and its backups.</summary>
internal interface IHazBackups : IHazNews
{
    [Parameter("The backup to act on, as ListBackups shows it. Default: the newest")]
    [CommandLineOnly]
    string? Id => TryGetValue(() => Id);

    /// <summary>Who acts, for example "mara@laptop".</summary>
    static string Operator => $"{System.Environment.UserName}@{System.Environment.MachineName}";

    /// <summary>The bucket of backups, with the key when the environment has one.</summary>
    async Task<BackupBucket> BackupsAsync(StoreEnvironment environment, CancellationToken cancellationToken)
    {
        var secret = await SecretsAsync(environment, cancellationToken, "backups").ConfigureAwait(false);
        var backups = environment.Backups;
        return new BackupBucket(
            new ObjectStore(backups.Endpoint, backups.Bucket, secret(backups.AccessKey), secret(backups.SecretKey)), backups.Prefix,
            backups.EncryptionKey is { } key ? BackupSecret.Parse(secret(key)) : null);
    }

    /// <summary>The database and its host; the caller disposes it.</summary>
    async Task<DatabaseSite> SiteAsync(StoreEnvironment environment, CancellationToken cancellationToken)
    {
        var connect = await ConnectorAsync(environment, asProvisionUser: false, cancellationToken).ConfigureAwait(false);
        var database = await OpenDatabaseAsync(environment, cancellationToken).ConfigureAwait(false);
        var secret = await SecretsAsync(environment, cancellationToken, "database").ConfigureAwait(false);
        return new DatabaseSite(environment.Name, connect(environment.Database.Host), environment.Database, database, secret(environment.Database.Password));
    }

    /// <summary>How this program takes backups; knows the release that is live when the hosts can tell.</summary>
    async Task<BackupWish> BackupWishAsync(StoreEnvironment environment, CancellationToken cancellationToken)
    {
        string? release = null;
        try
        {
            var connect = await ConnectorAsync(environment, asProvisionUser: false, cancellationToken).ConfigureAwait(false);
            var running = await BackendSwitch.RunningAsync(environment, connect, cancellationToken).ConfigureAwait(false);
            release = running.Values.Where(name => name.Length > 0).GroupBy(name => name).MaxBy(same => same.Count())?.Key;
        }
        catch (OperationException e)
        {
            Narrator.Warn("backup", $"the live release is not known: {e.Message}");
        }

        return new BackupWish { By = Operator, Release = release };
    }

    /// <summary>The backup that --id names, or the newest of the environment's database.</summary>
    Task<BackupEntry> BackupAsync(BackupBucket bucket, StoreEnvironment environment, CancellationToken cancellationToken) =>
        new BackupCatalog(bucket).GetAsync(Id, environment.Database.Name, cancellationToken);
}
