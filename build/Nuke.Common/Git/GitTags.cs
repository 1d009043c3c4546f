using System.Collections;
using Nuke.Common.IO;
using Nuke.Common.Tooling;

namespace Nuke.Common.Git;

/// <summary>The tags of a commit. Git is asked when they are first read, because annotated tags are packed objects.</summary>
internal sealed class GitTags : IReadOnlyCollection<string>
{
    private readonly Lazy<IReadOnlyList<string>> _tags;

    public GitTags(AbsolutePath directory, string commit)
    {
        _tags = new Lazy<IReadOnlyList<string>>(() => commit == null ? [] : Ask(directory, commit));
    }

    public int Count => _tags.Value.Count;

    public IEnumerator<string> GetEnumerator() => _tags.Value.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static string[] Ask(AbsolutePath directory, string commit) =>
        [.. ToolResolver.GetEnvironmentOrPathTool("git")(
                $"tag --points-at {commit}",
                workingDirectory: directory,
                logOutput: false,
                logInvocation: false)
            .Where(line => line.Type == OutputType.Std)
            .Select(line => line.Text)];
}
