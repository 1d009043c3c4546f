using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Toolchain;

/// <summary>A real program that is ready to run.</summary>
/// <param name="Name">The program's name in the toolchain, for example "node".</param>
/// <param name="Version">The version it printed.</param>
/// <param name="Path">Absolute path of the executable.</param>
/// <param name="Origin">"PATH" or "installed".</param>
public sealed record Tool(string Name, string Version, string Path, string Origin)
{
    /// <summary>Variables that it needs, for example LD_LIBRARY_PATH or a PATH that finds its node.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Arguments that come before all others (a script run by node).</summary>
    public IReadOnlyList<string> Leading { get; init; } = [];

    /// <summary>What a reader of the report should know about it, for example that its digest was not pinned here; null: nothing.</summary>
    public string? Note { get; init; }

    /// <summary>The folder that holds it and its siblings (psql beside pg_dump).</summary>
    public string Directory => System.IO.Path.GetDirectoryName(Path)!;

    public LocalCommand Command(params IReadOnlyList<string> arguments) =>
        new(Path, [.. Leading, .. arguments]) { Environment = Environment };
}
