namespace OpticWorks.Operations.Database.Migrations;

/// <summary>A module's migration.</summary>
public sealed record MigrationName(string Module, string Name)
{
    /// <summary>As a journal's header holds a list of them.</summary>
    public static string Write(IEnumerable<MigrationName> names) => string.Join(',', names.Select(one => $"{one.Module}/{one.Name}"));

    public static IReadOnlyList<MigrationName> Read(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('/', 2)).Select(parts => new MigrationName(parts[0], parts[1]))];

    public override string ToString() => $"{Module} {Name}";
}
