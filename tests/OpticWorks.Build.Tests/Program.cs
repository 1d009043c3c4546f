using OpticWorks.Operations.Processes;

namespace OpticWorks.Build.Tests;

/// <summary>The real program, as build.sh starts it, on a root of the test's own.</summary>
internal static class Program
{
    public static Task<ProcessResult> RunAsync(TemporaryRoot root, params string[] arguments) => RunAsync(root, [], arguments);

    public static Task<ProcessResult> RunAsync(TemporaryRoot root, Dictionary<string, string?> variables, params string[] arguments) =>
        LocalProcess.RunAsync(new LocalCommand("dotnet", [Path.Combine(AppContext.BaseDirectory, "OpticWorks.Build.dll"), .. arguments])
        {
            WorkingDirectory = root.Path,
            Environment = new Dictionary<string, string?>(variables) { ["NUKE_ROOT"] = root.Path, ["NO_COLOR"] = "1" },
            Limit = TimeSpan.FromMinutes(1),
        });
}
