using Nuke.Common.IO;

namespace Nuke.Common.Git;

/// <summary>A git repository: where it is, what is checked out, and the remote it belongs to. No git process is started to read it.</summary>
public class GitRepository
{
    public GitRepository(
        GitProtocol? protocol,
        string endpoint,
        string identifier,
        string branch,
        AbsolutePath localDirectory,
        string head,
        string commit,
        IReadOnlyCollection<string> tags,
        string remoteName,
        string remoteBranch)
    {
        Protocol = protocol;
        Endpoint = endpoint;
        Identifier = identifier;
        Branch = branch;
        LocalDirectory = localDirectory;
        Head = head;
        Commit = commit;
        Tags = tags;
        RemoteName = remoteName;
        RemoteBranch = remoteBranch;
    }

    public GitProtocol? Protocol { get; }

    /// <summary>The server of the remote, with its port if it has one.</summary>
    public string Endpoint { get; }

    /// <summary>The path of the remote on its server, without <c>.git</c>.</summary>
    public string Identifier { get; }

    public AbsolutePath LocalDirectory { get; }

    /// <summary>What HEAD names: a reference, or a commit when it is detached.</summary>
    public string Head { get; }

    public string Commit { get; }

    /// <summary>The tags of the commit.</summary>
    public IReadOnlyCollection<string> Tags { get; }

    public string RemoteName { get; }

    public string RemoteBranch { get; }

    /// <summary>The branch that is checked out; null when HEAD is detached.</summary>
    public string Branch { get; }

    public string HttpsUrl => Endpoint == null ? null : $"https://{Endpoint}/{Identifier}.git";

    public string SshUrl => Endpoint == null ? null : $"git@{Endpoint}:{Identifier}.git";

    public static GitRepository FromUrl(string url, string branch = null)
    {
        var remote = GitRemoteUrl.Parse(url);
        return new GitRepository(
            remote.Protocol,
            remote.Endpoint,
            remote.Identifier,
            branch,
            localDirectory: null,
            head: null,
            commit: null,
            tags: null,
            remoteName: null,
            remoteBranch: null);
    }

    /// <summary>The repository the directory is in.</summary>
    /// <exception cref="ArgumentException">It is in none.</exception>
    public static GitRepository FromLocalDirectory(AbsolutePath directory) => GitDirectory.Find(directory).Read();

    /// <summary>The same repository with another branch.</summary>
    public GitRepository SetBranch(string branch) =>
        new(Protocol, Endpoint, Identifier, branch, LocalDirectory, Head, Commit, Tags, RemoteName, RemoteBranch);

    public override string ToString() => HttpsUrl ?? LocalDirectory;
}
