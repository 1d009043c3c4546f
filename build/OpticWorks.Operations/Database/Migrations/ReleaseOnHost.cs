using System.Security.Cryptography;
using System.Text.Json;
using OpticWorks.Operations.Database.Inventory;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Provisioning;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Operations.Database.Migrations;

/// <summary>A release that is staged on a backend host, and its Medusa there.</summary>
/// <param name="looking">The host, for what only looks.</param>
/// <param name="changing">The same host behind its fence.</param>
public sealed class ReleaseOnHost(IHost looking, IHost changing, HostLayout layout, ReleaseId release)
{
    /// <summary>The longest that reading a release's migrations may take: its Medusa loads all modules.</summary>
    private static readonly TimeSpan ReadLimit = TimeSpan.FromMinutes(3);

    /// <summary>The longest wait for the database when it is asked whether it is there.</summary>
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(10);

    /// <summary>How long Medusa may take to end after SIGTERM, in seconds.</summary>
    private const int Grace = 5;

    public ReleaseId Release => release;

    public string Host => looking.Name;

    /// <summary>Where the host keeps what it read of releases; nothing is kept where there is no such folder.</summary>
    internal string Kept { get; init; } = NodeCache.Folder;

    /// <summary>What the release would migrate.</summary>
    /// <exception cref="OperationException">It cannot be read (exit 4).</exception>
    public async Task<ReleaseInventory> InventoryAsync(InventoryWish wish, CancellationToken cancellationToken)
    {
        var result = await ScriptAsync("read-inventory.cjs", [wish.Argument, Kept, InventoryScript.Value], ReadLimit, cancellationToken).ConfigureAwait(false);
        return ReleaseInventory.Read(result.Output, $"{release} on {looking.Name}", result.Error.Trim());
    }

    /// <summary>Which database the release itself reaches, seen from its host.</summary>
    /// <exception cref="OperationException">It reaches none (exit 4).</exception>
    public async Task<ReachedDatabase> ReachAsync(CancellationToken cancellationToken)
    {
        var result = await ScriptAsync("probe-database.cjs", [$"{ProbeLimit.TotalMilliseconds:0}"], ProbeLimit + TimeSpan.FromSeconds(20), cancellationToken).ConfigureAwait(false);
        var line = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "";
        return ReachedDatabase.Read(line, $"{release} on {looking.Name}", result.Error.Trim());
    }

    /// <summary>Runs Medusa's command line; cancelled, it is ended there, and when this process dies, it is ended there too.</summary>
    public async Task<HostResult> MedusaAsync(MedusaLimits limits, IReadOnlyList<string> arguments, Action<string> onLine, CancellationToken cancellationToken)
    {
        await using var line = new OpenLine();
        return await changing.RunAsync(MigrationCommands.Medusa(layout, release, limits, Grace, arguments), line, onLine, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Digest of the script, which is part of the name of what it keeps.</summary>
    private static readonly Lazy<string> InventoryScript = new(() =>
    {
        using var text = Resource("read-inventory.cjs");
        return Convert.ToHexStringLower(SHA256.HashData(text));
    });

    private static Stream Resource(string script) => typeof(ReleaseOnHost).Assembly.GetManifestResourceStream($"migrations/{script}")!;

    private async Task<HostResult> ScriptAsync(string script, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken cancellationToken)
    {
        await using var text = Resource(script);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        either.CancelAfter(limit);
        try
        {
            return await looking.RunAsync(MigrationCommands.Script(layout, release, arguments), text, null, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw OperationException.Preflight($"{release} on {looking.Name} did not answer within {limit.TotalSeconds:0} s",
                "see whether the store starts: its configuration and its modules are loaded as Medusa loads them", script);
        }
    }
}

/// <summary>Of which migrations the SQL is wanted; the others are only named.</summary>
public sealed record InventoryWish(string Argument)
{
    public static InventoryWish NamesOnly { get; } = Only([]);

    public static InventoryWish Everything { get; } = Except([]);

    public static InventoryWish Only(IEnumerable<string> names) => new(JsonSerializer.Serialize(new { only = names }));

    public static InventoryWish Except(IEnumerable<string> names) => new(JsonSerializer.Serialize(new { except = names }));
}
