using OpticWorks.Operations;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Build.Workflows.Running;

/// <summary>This checkout's last commit in a folder of its own, as a checkout on a runner: nothing that was built, nothing that was not committed.</summary>
internal sealed class CleanClone : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private CleanClone(string home) => Home = home;

    /// <summary>Holds the clone and the runner's own files.</summary>
    public string Home { get; }

    public string Workspace => Path.Combine(Home, "workspace");

    /// <summary>What RUNNER_TEMP names.</summary>
    public string Temporary => Path.Combine(Home, "runner");

    public string Commit { get; private init; } = "";

    /// <exception cref="OperationException">git could not clone it (exit 2).</exception>
    public static async Task<CleanClone> OfAsync(string root, CancellationToken cancellationToken)
    {
        var home = Directory.CreateTempSubdirectory("ow-run-").FullName;
        var clone = new CleanClone(home) { Commit = (await GitAsync(root, cancellationToken, "rev-parse", "HEAD").ConfigureAwait(false)).Trim() };
        try
        {
            Directory.CreateDirectory(clone.Temporary);
            await GitAsync(home, cancellationToken, "clone", "--quiet", "--no-hardlinks", "--no-checkout", "--", root, clone.Workspace).ConfigureAwait(false);
            await GitAsync(clone.Workspace, cancellationToken, "checkout", "--quiet", "--detach", clone.Commit).ConfigureAwait(false);
            return clone;
        }
        catch
        {
            clone.Dispose();
            throw;
        }
    }

    /// <summary>Files of the checkout that the clone does not have as they are here.</summary>
    public static async Task<int> UncommittedAsync(string root, CancellationToken cancellationToken) =>
        (await GitAsync(root, cancellationToken, "status", "--porcelain").ConfigureAwait(false)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;

    public void Dispose() => Directory.Delete(Home, recursive: true);

    private static async Task<string> GitAsync(string folder, CancellationToken cancellationToken, params string[] words)
    {
        var git = await LocalProcess.RunAsync(new LocalCommand("git", words) { WorkingDirectory = folder, Limit = Limit }, null, cancellationToken).ConfigureAwait(false);
        return git.OrFail("git could not make a clean clone", ExitCodes.Configuration).Output;
    }
}
