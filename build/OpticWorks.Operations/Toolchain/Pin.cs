namespace OpticWorks.Operations.Toolchain;

/// <summary>What the suite accepts as a program, and how it comes by it.</summary>
internal sealed record Pin
{
    public required PinnedProgram Program { get; init; }

    /// <summary>The name in reports, folders and records.</summary>
    public required string Name { get; init; }

    /// <summary>The versions that this suite was proved with; a program of PATH must be one of them.</summary>
    public required VersionRange Accepted { get; init; }

    /// <summary>The executable that is looked for on PATH, and run.</summary>
    public required string Executable { get; init; }

    /// <summary>Executables that must lie in the same folder, or the folder is of no use.</summary>
    public IReadOnlyList<string> Siblings { get; init; } = [];

    /// <summary>A JavaScript program that the pinned Node runs, rather than an executable.</summary>
    public bool IsScript { get; init; }

    /// <summary>What makes it print its version.</summary>
    public required IReadOnlyList<string> VersionArguments { get; init; }

    /// <summary>How it is installed into the cache folder.</summary>
    public required IRecipe Recipe { get; init; }

    /// <summary>What a person does where it cannot be installed.</summary>
    public required string ByHand { get; init; }
}
