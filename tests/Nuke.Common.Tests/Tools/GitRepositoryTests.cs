using Nuke.Common.Git;
using Nuke.Common.IO;
using Nuke.Common.Tooling;

namespace Nuke.Common.Tests.Tools;

/// <summary>What is read from a repository's files, against git itself.</summary>
public sealed class GitRepositoryTests : IDisposable
{
    private readonly AbsolutePath _root = Directory.CreateTempSubdirectory("engine-git-").FullName;

    public GitRepositoryTests()
    {
        Git("init --initial-branch=main .");
        Git("config user.name tester");
        Git("config user.email tester@example.com");
        Git("commit --allow-empty -m first");
    }

    public void Dispose() => _root.DeleteDirectory();

    [Fact]
    public void Branch_commit_remote_and_tags_are_read()
    {
        Git("remote add upstream https://example.com/other/fork.git");
        Git("remote add origin git@example.com:owner/name.git");
        Git("config branch.main.remote origin");
        Git("config branch.main.merge refs/heads/trunk");
        Git("tag light");
        Git("tag -a annotated -m text");
        var directory = (_root / "src" / "deep").CreateDirectory();

        var repository = GitRepository.FromLocalDirectory(directory);

        repository.LocalDirectory.ShouldBe(_root);
        repository.Branch.ShouldBe("main");
        repository.Head.ShouldBe("refs/heads/main");
        repository.Commit.ShouldBe(Git("rev-parse HEAD"));
        repository.Tags.ShouldBe(["annotated", "light"]);
        repository.Protocol.ShouldBe(GitProtocol.Ssh);
        repository.HttpsUrl.ShouldBe("https://example.com/owner/name.git");
        repository.SshUrl.ShouldBe("git@example.com:owner/name.git");
        repository.RemoteName.ShouldBe("origin");
        repository.RemoteBranch.ShouldBe("trunk");
        repository.IsOnMainOrMasterBranch().ShouldBeTrue();
        repository.SetBranch("release/1").IsOnReleaseBranch().ShouldBeTrue();
    }

    [Fact]
    public void Packed_references_a_detached_head_and_worktrees_are_read()
    {
        var commit = Git("rev-parse HEAD");
        Git("pack-refs --all");
        GitRepository.FromLocalDirectory(_root).Commit.ShouldBe(commit);

        Git("worktree add tree -b feature/x");
        var worktree = GitRepository.FromLocalDirectory(_root / "tree");
        worktree.Branch.ShouldBe("feature/x");
        worktree.Commit.ShouldBe(commit);
        worktree.IsOnFeatureBranch().ShouldBeTrue();

        Git("checkout --detach");
        var detached = GitRepository.FromLocalDirectory(_root);
        detached.Branch.ShouldBeNull();
        detached.Head.ShouldBe(commit);
        detached.IsOnMainBranch().ShouldBeFalse();
    }

    [Theory]
    [InlineData("https://example.com/owner/name.git", GitProtocol.Https, "example.com", "owner/name")]
    [InlineData("https://user:token@example.com:8443/owner/name", GitProtocol.Https, "example.com:8443", "owner/name")]
    [InlineData("ssh://git@example.com/owner/name.git", GitProtocol.Ssh, "example.com", "owner/name")]
    [InlineData("git@example.com:group/sub/name.git", GitProtocol.Ssh, "example.com", "group/sub/name")]
    public void Address_of_a_remote_is_taken_apart(string url, GitProtocol protocol, string endpoint, string identifier)
    {
        var repository = GitRepository.FromUrl(url);

        repository.Protocol.ShouldBe(protocol);
        repository.Endpoint.ShouldBe(endpoint);
        repository.Identifier.ShouldBe(identifier);
    }

    [Fact]
    public void Directory_without_repository_is_refused() =>
        Should.Throw<ArgumentException>(() => GitRepository.FromLocalDirectory("/")).Message.ShouldBe("'/' is in no git repository");

    private string Git(string arguments)
    {
        using var process = ProcessTasks.StartProcess("git", arguments, _root, logOutput: false, logInvocation: false);
        return process.AssertZeroExitCode().Output.StdToText();
    }
}
