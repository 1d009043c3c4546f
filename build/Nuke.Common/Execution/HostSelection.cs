using Nuke.Common.CI.GitHubActions;

namespace Nuke.Common.Execution;

/// <summary>The hosts this engine knows. Types are compared by the end of their names, whatever the case.</summary>
internal static class HostSelection
{
    public static readonly string[] Names = [nameof(GitHubActions), nameof(Terminal)];

    public static Host Detect() => GitHubActions.IsRunningGitHubActions ? new GitHubActions() : new Terminal();

    public static Host FromName(string name)
    {
        if (IsEndOf(nameof(GitHubActions), name))
            return new GitHubActions();
        if (IsEndOf(nameof(Terminal), name))
            return new Terminal();
        throw new FormatException($"names no host; the hosts are {string.Join(", ", Names)}{NearestName.Suggestion(name, Names)}");
    }

    private static bool IsEndOf(string typeName, string name) =>
        name.Length > 0 && typeName.EndsWith(name, StringComparison.OrdinalIgnoreCase);
}
