using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Objects;
using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Acceptance.Backups;

/// <summary>Cloudflare's local R2 of a test class's own.</summary>
public sealed class LocalR2 : IAsyncLifetime
{
    private RunFolder? _folder;
    private LocalObjectStore? _store;
    private LocalSecrets? _secrets;

    /// <summary>The bucket of backups; the caller disposes it.</summary>
    public ObjectStore Open(RequestLimits? limits = null) =>
        new(_store!.Endpoint!, LocalObjectStore.BackupBucket, _secrets!.Read("r2-access-key"), _secrets.Read("r2-secret-key"), limits);

    public async Task InitializeAsync()
    {
        _folder = await RunFolder.CreateAsync("r2");
        _secrets = new LocalSecrets(_folder.At("secrets"));
        _secrets.Ensure();
        _store = new LocalObjectStore(_folder.At("objects"), _secrets, TestTools.In(LocalPlace.Cache), new Silence());
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
