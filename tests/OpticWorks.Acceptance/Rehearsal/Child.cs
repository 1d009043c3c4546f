using System.Diagnostics;

namespace OpticWorks.Acceptance.Rehearsal;

/// <summary>Runs <see cref="RehearsalChild"/> as a process of its own.</summary>
internal static class Child
{
    /// <summary>Starts it, and kills it with SIGKILL as soon as it has said a line that holds <paramref name="text"/>.</summary>
    /// <param name="withScripts">Kill also the scripts that it runs at that moment.</param>
    /// <returns>Whether the line came; false: it ended before.</returns>
    public static Task<bool> KillAtAsync(string text, bool withScripts, params IReadOnlyList<string> arguments) =>
        KillAtAsync(text, withScripts, new Dictionary<string, string?>(), arguments);

    /// <summary>The same, with variables on top of the inherited ones.</summary>
    public static async Task<bool> KillAtAsync(
        string text, bool withScripts, IReadOnlyDictionary<string, string?> variables, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Child).Assembly.Location, .. arguments]) { RedirectStandardOutput = true };
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                process.Kill(entireProcessTree: withScripts);
                await process.WaitForExitAsync();
                return true;
            }
        }

        await process.WaitForExitAsync();
        return false;
    }
}
