using System.Text.Json;

namespace OpticWorks.Operations.Database.Inventory;

/// <summary>What a release's Medusa would migrate: the modules that its configuration enables, their migrations in order, the tables
/// of its links and its migration scripts.</summary>
/// <param name="Medusa">Its version, for example "2.21.2".</param>
/// <param name="Code">Digest of everything that migrating runs: Medusa's version, migrations, definitions of links, scripts.</param>
public sealed record ReleaseInventory(
    string Medusa, string Code, IReadOnlyList<ModuleInventory> Modules, IReadOnlyList<string> Links, IReadOnlyList<ScriptInventory> Scripts)
{
    /// <summary>What the line begins with that holds it; a store's configuration may print whatever it likes around it.</summary>
    public const string Mark = "opticworks-inventory ";

    /// <summary>A store of Medusa 1: other commands, another table.</summary>
    public bool IsVersion1 => Medusa.StartsWith("1.", StringComparison.Ordinal);

    /// <summary>Its Medusa is this version or a later one.</summary>
    public bool IsAtLeast(int major, int minor, int patch = 0) => Version.TryParse(Medusa.Split('-')[0], out var version) && version >= new Version(major, minor, patch);

    /// <summary>Versions that end with 0 when a module's migration failed (2.11.3 to 2.12.1).</summary>
    public bool SwallowsFailures => IsAtLeast(2, 11, 3) && !IsAtLeast(2, 12, 2);

    /// <summary>Every migration with its module, in the order in which Medusa runs them.</summary>
    public IEnumerable<(string Module, MigrationInventory Migration)> Migrations =>
        Modules.SelectMany(module => module.Migrations.Where(migration => !migration.Skipped).Select(migration => (module.Name, migration)));

    /// <summary>Reads what read-inventory.cjs wrote.</summary>
    /// <exception cref="OperationException">It wrote none, or that it failed (exit 4).</exception>
    public static ReleaseInventory Read(string output, string where, string tail)
    {
        var line = output.Split('\n').LastOrDefault(text => text.StartsWith(Mark, StringComparison.Ordinal));
        try
        {
            if (line is null)
                throw new JsonException("nothing was said");
            using var document = JsonDocument.Parse(line[Mark.Length..]);
            if (document.RootElement.TryGetProperty("error", out var error))
                throw new JsonException(string.Join('\n', error.GetString()!.Split('\n').Take(8)));
            return document.RootElement.Deserialize<ReleaseInventory>(Format)!;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new OperationException("The release's migrations cannot be read", ExitCodes.PreflightRefused, e)
            {
                Where = where,
                Seen = line is null && tail.Length > 0 ? tail : e.Message,
                Next = "see whether the store starts: its configuration and its modules are loaded as Medusa loads them",
            };
        }
    }

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);
}

/// <summary>A module that is enabled, and the migrations of it and of its providers.</summary>
/// <param name="Name">As db:rollback takes it.</param>
public sealed record ModuleInventory(string Name, IReadOnlyList<MigrationInventory> Migrations);

/// <summary>One migration's file.</summary>
/// <param name="Name">As Medusa records it: the file's name without its ending.</param>
/// <param name="File">From the release's folder.</param>
/// <param name="Sha256">Of the file.</param>
/// <param name="Notes">Its remarks for this suite: "opticworks: …", "opticworks-accept: …".</param>
/// <param name="Up">What it does; null: it was not asked for.</param>
/// <param name="Down">What takes it back; null: it was not asked for, or the migration has none.</param>
/// <param name="Skipped">Its feature flag is off: Medusa neither runs nor records it.</param>
public sealed record MigrationInventory(
    string Name, string File, string Sha256, IReadOnlyList<string> Notes, MigrationSql? Up = null, MigrationSql? Down = null, bool Skipped = false);

/// <summary>The statements of one direction of a migration.</summary>
/// <param name="DataDependent">It asks the database and decides by the answer: these statements are not all, or not the ones.</param>
/// <param name="Problem">Why it could not be read to its end; null: it could.</param>
public sealed record MigrationSql(IReadOnlyList<string> Sql, bool Transactional = true, bool DataDependent = false, string? Problem = null);

/// <summary>A migration script.</summary>
/// <param name="Name">As Medusa records it: the file's name.</param>
/// <param name="Skipped">Its feature flag is off: Medusa neither runs nor records it.</param>
public sealed record ScriptInventory(string Name, string File, bool Skipped = false);
