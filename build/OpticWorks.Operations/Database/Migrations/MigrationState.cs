using OpticWorks.Operations.Database.Inventory;

namespace OpticWorks.Operations.Database.Migrations;

public enum MigrationKind
{
    /// <summary>A module's migration.</summary>
    Module,

    /// <summary>A link's table.</summary>
    Link,

    /// <summary>A migration script.</summary>
    Script,
}

/// <summary>Where one migration stands.</summary>
public enum Standing
{
    Applied,
    Pending,

    /// <summary>Recorded, but no file of the release has this name: of another release, or of a module that was taken out.</summary>
    Orphaned,

    /// <summary>Two modules have a migration of this name; Medusa records one name and silently never runs the other.</summary>
    Colliding,

    /// <summary>A script that was begun and did not come to its end.</summary>
    Unfinished,
}

/// <summary>One line of the status.</summary>
/// <param name="Module">Empty: unknown (an orphan), or not of a module.</param>
/// <param name="Release">The release whose Migrate applied it; null: nobody knows, it was not this suite.</param>
public sealed record MigrationLine(MigrationKind Kind, Standing Standing, string Module, string Name, DateTimeOffset? At = null, string? Release = null)
{
    /// <summary>The database has a migration of this name recorded.</summary>
    public bool IsRecorded { get; init; }
}

/// <summary>A release's migrations beside what a database has recorded.</summary>
public sealed record MigrationState(ReleaseInventory Inventory, IReadOnlyList<MigrationLine> Lines)
{
    public IEnumerable<MigrationLine> Of(Standing standing) => Lines.Where(line => line.Standing == standing);

    /// <summary>What Medusa would run. Of several migrations with one name that is the first, unless the name is recorded, and the others never.</summary>
    public IEnumerable<MigrationLine> Due => Of(Standing.Pending).Concat(Of(Standing.Colliding).Where(line => !line.IsRecorded).DistinctBy(line => line.Name));

    /// <summary>Something is to be run: a migration, a link table or a script.</summary>
    public bool IsPending => Due.Any() || Of(Standing.Unfinished).Any();

    /// <summary>The pending migrations of modules, in the order in which Medusa runs them.</summary>
    public IReadOnlyList<(string Module, MigrationInventory Migration)> PendingMigrations
    {
        get
        {
            var pending = Due.Where(line => line.Kind == MigrationKind.Module).Select(line => (line.Module, line.Name)).ToHashSet();
            return [.. Inventory.Migrations.Where(one => pending.Contains((one.Module, one.Migration.Name)))];
        }
    }

    /// <summary>Decides where each migration stands.</summary>
    /// <param name="releases">The release of each migration in the suite's own ledger.</param>
    public static MigrationState Of(ReleaseInventory inventory, AppliedMigrations applied, IReadOnlyDictionary<string, string> releases)
    {
        var lines = new List<MigrationLine>();
        var recorded = applied.Migrations.ToLookup(migration => migration.Name);
        var named = inventory.Migrations.ToList();
        var collisions = named.GroupBy(one => one.Migration.Name).Where(same => same.Count() > 1).Select(same => same.Key).ToHashSet();
        foreach (var (module, migration) in named)
        {
            var one = recorded[migration.Name].FirstOrDefault();
            var standing = collisions.Contains(migration.Name) ? Standing.Colliding : one is null ? Standing.Pending : Standing.Applied;
            lines.Add(new MigrationLine(MigrationKind.Module, standing, module, migration.Name, one?.At, releases.GetValueOrDefault(migration.Name)) { IsRecorded = one is not null });
        }

        var known = inventory.Modules.SelectMany(module => module.Migrations).Select(migration => migration.Name).ToHashSet();
        lines.AddRange(applied.Migrations.Where(migration => !known.Contains(migration.Name))
            .Select(migration => new MigrationLine(MigrationKind.Module, Standing.Orphaned, "", migration.Name, migration.At, releases.GetValueOrDefault(migration.Name))));
        lines.AddRange(inventory.Links.Select(table => applied.Tables.Contains(table) && applied.Links.Contains(table)
            ? new MigrationLine(MigrationKind.Link, Standing.Applied, "", table, null, releases.GetValueOrDefault(table))
            : new MigrationLine(MigrationKind.Link, Standing.Pending, "", table)));
        lines.AddRange(applied.Links.Where(table => !inventory.Links.Contains(table))
            .Select(table => new MigrationLine(MigrationKind.Link, Standing.Orphaned, "", table)));
        lines.AddRange(inventory.Scripts.Where(script => !script.Skipped).Select(script => Script(script, applied, releases)));
        return new MigrationState(inventory, lines);
    }

    private static MigrationLine Script(ScriptInventory script, AppliedMigrations applied, IReadOnlyDictionary<string, string> releases)
    {
        var begun = applied.Scripts.FirstOrDefault(one => one.Name == script.Name);
        var standing = begun is null ? Standing.Pending : begun.FinishedAt is null ? Standing.Unfinished : Standing.Applied;
        return new MigrationLine(MigrationKind.Script, standing, "", script.Name, begun?.FinishedAt ?? begun?.At, releases.GetValueOrDefault(script.Name));
    }
}
