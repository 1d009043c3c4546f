using System.Diagnostics;
using System.Text;
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
            Limit = TimeSpan.FromMinutes(5),
        });

    /// <summary>The same on a terminal of its own, by the program script; what the terminal got is the output.</summary>
    public static Task<ProcessResult> RunOnTerminalAsync(TemporaryRoot root, Dictionary<string, string?> variables, string arguments) =>
        LocalProcess.RunAsync(new LocalCommand("script", ["-qec", $"dotnet '{Assembly}' {arguments}", "/dev/null"])
        {
            WorkingDirectory = root.Path,
            Environment = new Dictionary<string, string?>(Variables(root, variables)) { ["TERM"] = "xterm" },
            Limit = TimeSpan.FromMinutes(5),
        });

    /// <summary>The same, interrupted (SIGINT, this process alone) when a line has appeared; the exit code and all that was written.</summary>
    public static async Task<(int ExitCode, string Output)> InterruptAsync(TemporaryRoot root, string when, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, .. arguments])
        { WorkingDirectory = root.Path, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in Variables(root, []))
        {
            if (value is null)
                start.Environment.Remove(name);
            else
                start.Environment[name] = value;
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        using var program = Process.Start(start)!;
        using var kill = limit.Token.Register(() => program.Kill(entireProcessTree: true));
        var errors = program.StandardError.ReadToEndAsync(CancellationToken.None);
        var output = new StringBuilder();
        while (await program.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            output.AppendLine(line);
            if (line.EndsWith(when, StringComparison.Ordinal))
                (await LocalProcess.RunAsync(new LocalCommand("kill", "-s", "INT", $"{program.Id}"))).OrFail("kill");
        }

        await program.WaitForExitAsync(CancellationToken.None);
        return (program.ExitCode, output + await errors);
    }

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
