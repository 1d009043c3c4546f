using System.Globalization;
using OpticWorks.Operations;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Acceptance.Rehearsal;

/// <summary>
/// Folders for the environments of one test run, named after this process. A run that was killed is cleaned up after by the
/// next one: it takes down every environment whose process has gone.
/// </summary>
public sealed class LocalPlace : IAsyncLifetime
{
    private static readonly string Root = Path.Combine(TemporaryPlace.Around, "opticworks-rehearsal");

    private static int s_places;

    private readonly string _own = Path.Combine(Root,
        $"{Environment.ProcessId}-{ProcessStamp.Read(Environment.ProcessId)!.Started}-{Interlocked.Increment(ref s_places)}");

    private readonly List<LocalEnvironment> _made = [];

    /// <summary>Shared by all runs, because an image takes a while: the user's cache, or the folder that the variable names.</summary>
    public static string Cache { get; } = Environment.GetEnvironmentVariable("OPTICWORKS_CACHE") is { Length: > 0 } named
        ? named
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "opticworks");

    /// <summary>An environment of its own for a test; taken down with the run at the latest.</summary>
    public LocalEnvironment New(string name, INarrator? narrator = null, IReadOnlyList<MachineSpec>? machines = null, MachineImageRecipe? recipe = null)
    {
        var environment = new LocalEnvironment(Folder(name), Cache, TestTools.In(Cache), narrator ?? new Silence(), machines, recipe);
        lock (_made)
            _made.Add(environment);
        return environment;
    }

    public string Folder(string name) => Path.Combine(_own, name);

    public async Task InitializeAsync()
    {
        foreach (var run in Directory.Exists(Root) ? Directory.GetDirectories(Root) : [])
        {
            var words = Path.GetFileName(run).Split('-');
            if (words.Length == 3
                && int.TryParse(words[0], CultureInfo.InvariantCulture, out var pid)
                && long.TryParse(words[1], CultureInfo.InvariantCulture, out var started)
                && !new ProcessStamp(pid, started).IsAlive)
            {
                await RemoveAsync(run);
            }
        }

        Directory.CreateDirectory(_own);
    }

    private static async Task RemoveAsync(string run)
    {
        try
        {
            foreach (var state in Directory.GetDirectories(run))
                await new LocalEnvironment(state, Cache, TestTools.In(Cache), new Silence()).DownAsync();
            Directory.Delete(run, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Another class of tests removes the same run at this moment.
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var environment in _made)
            await environment.DownAsync();
        Directory.Delete(_own, recursive: true);
    }
}
