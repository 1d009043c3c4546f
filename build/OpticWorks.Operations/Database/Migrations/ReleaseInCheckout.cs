using OpticWorks.Operations.Database.Inventory;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Database.Migrations;

/// <summary>The backend as it was built in a checkout, before it is a release anywhere.</summary>
public sealed class ReleaseInCheckout(StoreLayout store, Tool node)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <summary>What it would migrate. Needs no database and no secret.</summary>
    /// <exception cref="OperationException">It was not built (exit 2), or cannot be read (exit 4).</exception>
    public async Task<ReleaseInventory> InventoryAsync(InventoryWish wish, CancellationToken cancellationToken)
    {
        var built = Path.Combine(store.Backend, ".medusa", "server");
        if (!File.Exists(Path.Combine(built, "package.json")))
            throw OperationException.Configuration("The backend was not built", "./build.sh Build, with this target after it", built);
        await using var resource = typeof(ReleaseInCheckout).Assembly.GetManifestResourceStream("migrations/read-inventory.cjs")!;
        using var reader = new StreamReader(resource);
        var command = node.Command("-", wish.Argument);
        var result = await LocalProcess.RunAsync(command with
        {
            WorkingDirectory = built,
            StandardInput = await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false),
            Limit = Limit,
            Environment = new Dictionary<string, string?>(command.Environment)
            {
                // pnpm keeps what packages need of each other apart from what the store itself named.
                ["NODE_PATH"] = string.Join(Path.PathSeparator, new[] { store.Backend, store.Directory }.Select(folder => Path.Combine(folder, "node_modules", ".pnpm", "node_modules"))),
                ["NODE_ENV"] = "production",
                ["MEDUSA_DISABLE_TELEMETRY"] = "true",
                ["DATABASE_URL"] = "postgres://127.0.0.1/none",
                ["JWT_SECRET"] = "none",
                ["COOKIE_SECRET"] = "none",
            },
        }, null, cancellationToken).ConfigureAwait(false);
        return ReleaseInventory.Read(result.Output, built, result.Error.Trim());
    }
}
