namespace OpticWorks.Operations.Releases;

/// <summary>Where things are in a store's checkout.</summary>
/// <param name="Directory">The checkout's folder, absolute.</param>
public sealed record StoreLayout(string Directory)
{
    /// <summary>The Medusa backend's package.</summary>
    public string Backend => Path.Combine(Directory, "packages", "medusa-backend");

    /// <summary>The Next.js storefront's package.</summary>
    public string Storefront => Path.Combine(Directory, "apps", "storefront");

    /// <summary>The lockfile that pins the backend's dependencies: its own, else the workspace's.</summary>
    public string BackendLockfile => OwnOrShared(Backend);

    /// <summary>The lockfile that pins the storefront's dependencies: its own, else the workspace's.</summary>
    public string StorefrontLockfile => OwnOrShared(Storefront);

    /// <summary>The backend has a lockfile of its own (<c>sharedWorkspaceLockfile: false</c>).</summary>
    public bool BackendStandsAlone => File.Exists(Path.Combine(Backend, "pnpm-lock.yaml"));

    /// <summary>The store that a checkout means: the folder named, else the checkout itself when it holds a storefront, else the
    /// sample store.</summary>
    /// <exception cref="OperationException">The folder holds no store (exit 2).</exception>
    public static StoreLayout Find(string rootDirectory, string? named)
    {
        var directory = named is not null
            ? Path.GetFullPath(named)
            : System.IO.Directory.Exists(Path.Combine(rootDirectory, "apps", "storefront"))
                ? rootDirectory
                : Path.Combine(rootDirectory, "tests", "store");
        var store = new StoreLayout(directory);
        foreach (var needed in new[] { store.Backend, store.Storefront })
        {
            var manifest = Path.Combine(needed, "package.json");
            if (!File.Exists(manifest))
            {
                throw OperationException.Configuration($"{directory} is not a store: {Path.GetRelativePath(directory, manifest)} is missing",
                    "name the store's folder: --store-directory PATH");
            }
        }

        foreach (var lockfile in new[] { store.BackendLockfile, store.StorefrontLockfile })
        {
            if (!File.Exists(lockfile))
            {
                throw OperationException.Configuration($"{lockfile} is missing: a release needs its dependencies pinned",
                    "pnpm install, and commit the lockfile");
            }
        }

        return store;
    }

    private string OwnOrShared(string package)
    {
        var own = Path.Combine(package, "pnpm-lock.yaml");
        return File.Exists(own) ? own : Path.Combine(Directory, "pnpm-lock.yaml");
    }
}
