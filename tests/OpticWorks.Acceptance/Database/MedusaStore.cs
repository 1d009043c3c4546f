using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Database.Lint;
using OpticWorks.Operations.Database.Migrations;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Acceptance.Database;

/// <summary>The sample store's real backend, built once, and a real PostgreSQL 17 with a database that it has migrated, to be copied.</summary>
public sealed class MedusaStore : IAsyncLifetime
{
    private const string Migrated = "migrated";

    private int _releases;
    private RunFolder? _folder;
    private string? _template;

    public PostgresServer Server { get; } = new();

    internal Tool Node { get; private set; } = null!;

    internal SqlParser Parser { get; private set; } = null!;

    internal HostLayout Layout => new(_folder!.Path);

    internal ThisHost Host => new(_folder!.Path, Node.Path);

    public async Task InitializeAsync()
    {
        await Server.InitializeAsync();
        _folder = await RunFolder.CreateAsync("medusa");
        var checkout = Checkout();
        var store = StoreLayout.Find(checkout, null);
        var toolbox = new Toolbox(LocalPlace.Cache, new Silence(), StorePins.Read(store.Directory));
        var programs = new StorePrograms(await toolbox.GetAsync(PinnedProgram.Node, default), await toolbox.GetAsync(PinnedProgram.Pnpm, default), await toolbox.GetAsync(PinnedProgram.Zstd, default));
        Node = programs.Node;
        Parser = new SqlParser(await toolbox.GetAsync(PinnedProgram.SqlParser, default));
        await new StoreDependencies(store, new Silence()).RestoreAsync(programs, default);
        var artifacts = new ArtifactFolder(Path.Combine(checkout, "artifacts", "store"));
        var artifact = await new ArtifactBuilder(store, artifacts, new Silence()).BuildAsync(programs, [], null, default);
        _template = _folder.At("backend");
        await UnpackAsync(programs.Zstd, artifacts.ArchivePath(artifact.Backend), _template);
        await UnpackAsync(programs.Zstd, artifacts.ArchivePath(artifact.Layer), _folder.At("layer"));
        Directory.CreateSymbolicLink(Path.Combine(_template, "node_modules"), _folder.At("layer/node_modules"));

        await Server.ExecuteAsync("postgres", $"create database {Migrated}");
        var release = await ReleaseAsync(Migrated);
        var result = await Host.RunAsync(ReleaseCommands.Medusa(Layout, release.Release, "db:migrate", "--execute-safe-links"));
        result.OrFail("the sample store does not migrate");
    }

    /// <summary>A database that the sample store has migrated with Medusa's own command line.</summary>
    public async Task<string> MigratedDatabaseAsync()
    {
        var name = await Server.CreateDatabaseAsync("unused");
        await Server.ExecuteAsync("postgres", $"drop database {name}");
        await Server.ExecuteAsync("postgres", $"create database {name} template {Migrated}");
        return name;
    }

    /// <summary>A release of the sample store that is staged here, after <paramref name="change"/> changed its folder.</summary>
    internal async Task<ReleaseOnHost> ReleaseAsync(string database, Action<string>? change = null)
    {
        var release = ReleaseId.Parse($"r-20261126-1412{Interlocked.Increment(ref _releases):00}-3f9c2ab");
        var folder = Layout.Release(release);
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        (await LocalProcess.RunAsync(new LocalCommand("cp", "-a", _template!, folder))).OrFail("cp");
        await File.WriteAllTextAsync(Path.Combine(folder, "env"), EnvironmentText.Write(new Dictionary<string, string>
        {
            ["DATABASE_URL"] = $"postgres://{PostgresServer.User}:{PostgresServer.Password}@127.0.0.1:{Server.Port}/{database}",
            ["JWT_SECRET"] = "a",
            ["COOKIE_SECRET"] = "b",
            ["NODE_ENV"] = "production",
            ["MEDUSA_DISABLE_TELEMETRY"] = "true",
            ["HOME"] = _folder!.Path,
        }));
        change?.Invoke(folder);
        return new ReleaseOnHost(Host, Host, Layout, release);
    }

    public async Task DisposeAsync()
    {
        if (_folder is not null)
            await _folder.DisposeAsync();
        await Server.DisposeAsync();
    }

    private static async Task UnpackAsync(Tool zstd, string archive, string folder)
    {
        Directory.CreateDirectory(folder);
        (await LocalProcess.RunAsync(new LocalCommand("bash", "-euo", "pipefail", "-c", "\"$1\" -dcq -- \"$2\" | tar -x -C \"$3\"", "unpack", zstd.Path, archive, folder))).OrFail("unpack");
    }

    private static string Checkout()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "build.sh")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("No folder above the tests holds build.sh");
    }
}
