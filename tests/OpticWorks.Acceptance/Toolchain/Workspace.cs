using System.Collections.Concurrent;
using OpticWorks.Operations;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Acceptance.Toolchain;

/// <summary>A temporary folder, the machine's own toolbox, and what was narrated.</summary>
internal sealed class Workspace : INarrator, IDisposable
{
    /// <summary>The cache that everything on this machine shares, so that most tests need not install.</summary>
    private static readonly string SharedCache = Environment.GetEnvironmentVariable("OPTICWORKS_CACHE")
        ?? Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME")
                ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "opticworks");

    public string Root { get; } = Directory.CreateTempSubdirectory("opticworks-acceptance-").FullName;

    public ConcurrentQueue<string> Said { get; } = new();

    public string At(string name) => Path.Combine(Root, name);

    public Task<Tool> SharedAsync(PinnedProgram program) => new Toolbox(SharedCache, this).GetAsync(program, default);

    /// <summary>A toolbox that finds nothing on PATH and nothing in its cache.</summary>
    public Toolbox Empty(string cache) => new(cache, this) { Search = new ProgramSearch([]) };

    public async Task<string> RunAsync(LocalCommand command)
    {
        var result = await LocalProcess.RunAsync(command with { WorkingDirectory = command.WorkingDirectory ?? Root, Limit = TimeSpan.FromSeconds(60) });
        result.Succeeded.ShouldBeTrue($"{command}: exit {result.ExitCode}\n{result.Output}\n{result.Error}");
        return result.Output;
    }

    public void Say(string topic, string text) => Said.Enqueue(text);

    public void Warn(string topic, string text) => Said.Enqueue(text);

    public void Detail(string topic, string text)
    {
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
