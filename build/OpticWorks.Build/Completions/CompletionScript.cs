using OpticWorks.Operations;

namespace OpticWorks.Build.Completions;

/// <summary>The scripts that complete words after build.sh. Those of bash, zsh and fish ask one POSIX shell program for candidates, so
/// that the three agree; none of them starts this program.</summary>
internal static class CompletionScript
{
    private const string Placeholder = "@CANDIDATES@";

    private static readonly Dictionary<string, string> Resources = new(StringComparer.OrdinalIgnoreCase)
    {
        ["bash"] = "complete.bash",
        ["zsh"] = "complete.zsh",
        ["fish"] = "complete.fish",
        ["powershell"] = "complete.ps1",
        ["pwsh"] = "complete.ps1",
    };

    /// <summary>The shells, as they are proposed.</summary>
    public static IEnumerable<string> Shells { get; } = ["bash", "zsh", "fish", "powershell"];

    /// <param name="shell">A name, or a path such as SHELL holds it.</param>
    /// <exception cref="OperationException">There is no script for that shell (exit 255).</exception>
    public static string For(string? shell)
    {
        var name = Path.GetFileNameWithoutExtension(shell ?? "");
        if (!Resources.TryGetValue(name, out var resource))
        {
            throw new OperationException(
                name.Length == 0 ? "Completion needs the name of a shell" : $"There is no completion for the shell \"{shell}\"", ExitCodes.Engine)
            {
                Next = $"./build.sh Completion --shell {string.Join('|', Shells)}",
            };
        }

        var candidates = Read("candidates.sh").TrimEnd('\n');
        return Read(resource).Replace(Placeholder, resource == "complete.fish" ? InFishQuotes(candidates) : InQuotes(candidates));
    }

    /// <summary>As it stands between single quotes of bash and zsh.</summary>
    private static string InQuotes(string text) => text.Replace("'", "'\\''");

    /// <summary>As it stands between single quotes of fish, where a backslash counts.</summary>
    private static string InFishQuotes(string text) => text.Replace("\\", "\\\\").Replace("'", "\\'");

    private static string Read(string name)
    {
        using var stream = typeof(CompletionScript).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The program lacks its resource {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
