namespace OpticWorks.Operations.Toolchain;

/// <summary>Puts one program into a folder. Knows nothing of locks, records or PATH.</summary>
internal interface IRecipe
{
    /// <summary>Names the folder of the result; changes whenever the result would differ.</summary>
    string Id { get; }

    /// <summary>MiB that must be free before it begins: downloads, the unpacked result and a margin.</summary>
    int NeededMebibytes { get; }

    /// <summary>What the result cannot promise, or null.</summary>
    string? Note => null;

    /// <summary>Fills <paramref name="folder"/>, which is empty and will be renamed to <paramref name="home"/> afterwards.</summary>
    Task InstallAsync(string folder, string home, Workshop workshop, CancellationToken cancellationToken);

    /// <summary>The program's file in the finished folder.</summary>
    string Executable(string home);
}

/// <summary>What recipes work with.</summary>
internal sealed record Workshop(CacheFolder Cache, HttpClient Http, Toolbox Toolbox, INarrator Narrator);
