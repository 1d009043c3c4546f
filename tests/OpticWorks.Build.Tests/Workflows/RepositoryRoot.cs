using OpticWorks.Operations.Processes;

namespace OpticWorks.Build.Tests.Workflows;

/// <summary>A repository with one commit: the files of this checkout as they are now, or only what a test writes.</summary>
internal sealed class RepositoryRoot : IDisposable
{
    public TemporaryRoot Root { get; } = new();

    public void Dispose() => Root.Dispose();

    /// <summary>This checkout without what nobody's order depends on: the sources of the program itself.</summary>
    public static async Task<RepositoryRoot> OfCheckoutAsync()
    {
        var repository = new RepositoryRoot();
        var files = await GitAsync(TemporaryRoot.Checkout, "ls-files", "--cached", "--others", "--exclude-standard");
        foreach (var file in files.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(file => !file.StartsWith("build/", StringComparison.Ordinal)
            && (!file.StartsWith("tests/", StringComparison.Ordinal) || file.StartsWith("tests/store/", StringComparison.Ordinal)) && File.Exists(TemporaryRoot.InCheckout(file))))
            repository.Root.CopyFromCheckout(file);
        await repository.CommitAsync();
        return repository;
    }

    public async Task CommitAsync()
    {
        await GitAsync(Root.Path, "init", "--quiet", "--initial-branch=main");
        await GitAsync(Root.Path, "add", "--all", "--force");
        await GitAsync(Root.Path, "-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false", "commit", "--quiet", "--allow-empty", "-m", "x");
    }

    private static async Task<string> GitAsync(string folder, params string[] words)
    {
        var git = await LocalProcess.RunAsync(new LocalCommand("git", words)
        {
            WorkingDirectory = folder,
            Environment = new Dictionary<string, string?> { ["GIT_CONFIG_GLOBAL"] = "/dev/null", ["GIT_DIR"] = null, ["GIT_WORK_TREE"] = null },
            Limit = TimeSpan.FromMinutes(5),
        });
        return git.OrFail("git").Output;
    }
}
