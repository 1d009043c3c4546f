using System.Globalization;
using System.Text.RegularExpressions;

namespace OpticWorks.Operations.Rehearsal.Story;

/// <summary>One more expand migration in a backend's build output: a table that nothing reads, as a module's next migration.</summary>
internal static partial class AddedMigration
{
    private const string Stamp = "yyyyMMddHHmmss";

    /// <summary>Writes it beside the migrations of the store's first module that has some.</summary>
    /// <param name="folder">The build output: <c>src/modules/NAME/migrations/MigrationYYYYMMDDHHMMSS.js</c> is what Medusa migrates.</param>
    /// <returns>Module and name, for example "loyalty Migration20261110090001"; null: no module has migrations.</returns>
    public static string? Write(string folder)
    {
        var modules = Path.Combine(folder, "src", "modules");
        if (!Directory.Exists(modules))
            return null;
        // Names are unique among all modules, or Medusa never runs the second one.
        var known = Directory.EnumerateDirectories(modules).Order(StringComparer.Ordinal).SelectMany(module =>
            Names(Path.Combine(module, "migrations")).Select(stamp => (Module: module, Stamp: stamp))).ToArray();
        if (known.Length == 0)
            return null;
        var name = $"Migration{known.Max(migration => migration.Stamp).AddSeconds(1).ToString(Stamp, CultureInfo.InvariantCulture)}";
        File.WriteAllText(Path.Combine(known[0].Module, "migrations", $"{name}.js"), Text(name));
        return $"{Path.GetFileName(known[0].Module)} {name}";
    }

    private static IEnumerable<DateTime> Names(string folder)
    {
        if (!Directory.Exists(folder))
            yield break;
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            if (Form().Match(Path.GetFileName(file)) is { Success: true } match
                && DateTime.TryParseExact(match.Groups[1].Value, Stamp, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at))
            {
                yield return at;
            }
        }
    }

    private static string Text(string name) =>
        $$"""
        "use strict";
        // Written by the rehearsal: a migration that the release before knows nothing of, and that does not disturb it.
        const { Migration } = require("@medusajs/framework/mikro-orm/migrations");
        exports.{{name}} = class {{name}} extends Migration {
          async up() {
            this.addSql(`create table if not exists "opticworks_rehearsal" ("id" text not null, "made_at" timestamptz not null default now(), constraint "opticworks_rehearsal_pkey" primary key ("id"));`);
          }

          async down() {
            this.addSql(`drop table if exists "opticworks_rehearsal";`);
          }
        };

        """;

    [GeneratedRegex(@"\AMigration([0-9]{14})\.(?:js|cjs|mjs)\z")]
    private static partial Regex Form();
}
