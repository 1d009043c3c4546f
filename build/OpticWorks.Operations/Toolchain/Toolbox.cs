namespace OpticWorks.Operations.Toolchain;

/// <summary>Finds the pinned programs on PATH or installs them into the cache folder; the operating system stays as it is.</summary>
public sealed class Toolbox(string cacheDirectory, INarrator narrator)
{
    public string CacheDirectory { get; } = cacheDirectory;

    /// <summary>The program, ready to run.</summary>
    /// <exception cref="OperationException">It is neither here nor could it be installed (exit 2); names the program and the cause.</exception>
    public Task<Tool> GetAsync(PinnedProgram program, CancellationToken cancellationToken)
    {
        narrator.Detail("toolchain", program.ToString());
        throw OperationException.Configuration($"{program} is not available");
    }
}
