using Nuke.Common.IO;

namespace Nuke.Common.Git;

/// <summary>Reads a repository's own files (gitrepository-layout(5)): HEAD, references, packed references and the configuration.</summary>
internal sealed class GitDirectory
{
    private const string ReferencePrefix = "ref: ";
    private const string BranchPrefix = "refs/heads/";

    private readonly AbsolutePath _workTree;
    private readonly string _directory;
    private readonly string _commonDirectory;

    private GitDirectory(AbsolutePath workTree, string directory)
    {
        _workTree = workTree;
        _directory = directory;
        var pointer = Path.Combine(directory, "commondir");
        _commonDirectory = File.Exists(pointer) ? Path.GetFullPath(Path.Combine(directory, File.ReadAllText(pointer).Trim())) : directory;
    }

    public static GitDirectory Find(AbsolutePath directory)
    {
        for (var current = directory; current != null; current = current.Parent)
        {
            var git = Path.Combine(current, ".git");
            if (Directory.Exists(git))
                return new GitDirectory(current, git);
            // Worktrees and submodules have a file that tells the place.
            if (File.Exists(git))
                return new GitDirectory(current, Path.GetFullPath(Path.Combine(current, File.ReadAllText(git).Trim()["gitdir: ".Length..])));
        }

        throw new ArgumentException($"'{directory}' is in no git repository");
    }

    public GitRepository Read()
    {
        var text = File.ReadAllText(Path.Combine(_directory, "HEAD")).Trim();
        var head = text.StartsWith(ReferencePrefix, StringComparison.Ordinal) ? text[ReferencePrefix.Length..] : text;
        var branch = head.StartsWith(BranchPrefix, StringComparison.Ordinal) ? head[BranchPrefix.Length..] : null;
        var commit = head == text ? text : CommitOf(head);

        var configuration = GitConfiguration.Read(Path.Combine(_commonDirectory, "config"));
        var remoteName = configuration.Find($"branch.{branch}", "remote") ?? configuration.FirstRemote;
        var url = remoteName == null ? null : configuration.Find($"remote.{remoteName}", "url");
        var remote = url == null ? null : GitRemoteUrl.TryParse(url);
        var merge = configuration.Find($"branch.{branch}", "merge");
        return new GitRepository(
            remote?.Protocol,
            remote?.Endpoint,
            remote?.Identifier,
            branch,
            _workTree,
            head,
            commit,
            new GitTags(_workTree, commit),
            remoteName,
            merge?.StartsWith(BranchPrefix, StringComparison.Ordinal) == true ? merge[BranchPrefix.Length..] : merge);
    }

    private string CommitOf(string reference)
    {
        foreach (var directory in new[] { _directory, _commonDirectory })
        {
            var file = Path.Combine(directory, reference);
            if (File.Exists(file))
                return File.ReadAllText(file).Trim();
        }

        var packed = Path.Combine(_commonDirectory, "packed-refs");
        return File.Exists(packed)
            ? File.ReadLines(packed).Select(line => line.Split(' ')).FirstOrDefault(parts => parts is [_, var name] && name == reference)?[0]
            : null;
    }
}
