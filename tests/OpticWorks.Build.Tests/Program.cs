using OpticWorks.Operations.Processes;

namespace OpticWorks.Build.Tests;

/// <summary>The real program, as build.sh starts it, on a root of the test's own.</summary>
internal static class Program
{
    public static Task<ProcessResult> RunAsync(TemporaryRoot root, params string[] arguments) => RunAsync(root, [], arguments);

    public static Task<ProcessResult> RunAsync(TemporaryRoot root, Dictionary<string, string?> variables, params string[] arguments) =>
        LocalProcess.RunAsync(new LocalCommand("dotnet", [Assembly, .. arguments])
        {
            WorkingDirectory = root.Path,
            Environment = Variables(root, variables),
            Limit = TimeSpan.FromMinutes(1),
        });

    /// <summary>The same on a terminal of its own, by the program script; what the terminal got is the output.</summary>
    public static Task<ProcessResult> RunOnTerminalAsync(TemporaryRoot root, Dictionary<string, string?> variables, string arguments) =>
        LocalProcess.RunAsync(new LocalCommand("script", ["-qec", $"dotnet '{Assembly}' {arguments}", "/dev/null"])
        {
            WorkingDirectory = root.Path,
            Environment = new Dictionary<string, string?>(Variables(root, variables)) { ["TERM"] = "xterm" },
            Limit = TimeSpan.FromMinutes(1),
        });

    private static string Assembly => Path.Combine(AppContext.BaseDirectory, "OpticWorks.Build.dll");

    /// <summary>Plain and not in GitHub Actions, wherever these tests run, unless a test wants it otherwise.</summary>
    private static Dictionary<string, string?> Variables(TemporaryRoot root, Dictionary<string, string?> variables)
    {
        var all = new Dictionary<string, string?> { ["NUKE_ROOT"] = root.Path, ["NO_COLOR"] = "1", ["GITHUB_ACTIONS"] = null };
        foreach (var (name, value) in variables)
            all[name] = value;
        return all;
    }
}
