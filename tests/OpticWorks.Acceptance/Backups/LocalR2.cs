using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Objects;
using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Acceptance.Backups;

/// <summary>Cloudflare's local R2 of the tests' own.</summary>
public sealed class LocalR2 : IAsyncLifetime
{
    private RunFolder? _folder;
    private LocalObjectStore? _store;

    public string Address => $"{_store!.Endpoint}";

    /// <summary>The folder of its keys.</summary>
    public string Secrets => _folder!.At("secrets");

    /// <summary>The bucket of backups; the caller disposes it.</summary>
    public ObjectStore Open(RequestLimits? limits = null) => Open(Address, Secrets, limits);

    /// <inheritdoc cref="Open(RequestLimits?)"/>
    internal static ObjectStore Open(string address, string secrets, RequestLimits? limits = null)
    {
        var keys = new LocalSecrets(secrets);
        return new ObjectStore(new Uri(address), LocalObjectStore.BackupBucket, keys.Read("r2-access-key"), keys.Read("r2-secret-key"), limits);
    }

    public async Task InitializeAsync()
    {
        _folder = await RunFolder.CreateAsync("r2");
        var secrets = new LocalSecrets(Secrets);
        secrets.Ensure();
        _store = new LocalObjectStore(_folder.At("objects"), secrets, TestTools.In(LocalPlace.Cache), new Silence());
        await _store.UpAsync();
    }

    public async Task DisposeAsync()
    {
        if (_store is not null)
            await _store.DownAsync();
        if (_folder is not null)
            await _folder.DisposeAsync();
    }
}
