using Nuke.Common.Utilities;

namespace Nuke.Common.CI.GitHubActions.Configuration;

/// <summary>The concurrency of a workflow or a job; by default one run for each branch or pull request.</summary>
internal static class GitHubActionsConcurrency
{
    private const string DefaultGroup =
        "${{ github.workflow }} @ ${{ github.event.pull_request.head.label || github.head_ref || github.run_id }}";

    public static bool IsSet(string group, bool cancelInProgress) => cancelInProgress || !string.IsNullOrWhiteSpace(group);

    public static void Write(CustomFileWriter writer, string group, bool cancelInProgress)
    {
        writer.WriteLine("concurrency:");
        using (writer.Indent())
        {
            writer.WriteLine($"group: {(string.IsNullOrWhiteSpace(group) ? DefaultGroup : group)}");
            if (cancelInProgress)
                writer.WriteLine("cancel-in-progress: true");
        }
    }
}
