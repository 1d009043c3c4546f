using Nuke.Common;
using Nuke.Common.Git;

namespace Nuke.Components;

/// <summary>A build in a git repository.</summary>
public interface IHazGitRepository : INukeBuild
{
    [GitRepository]
    [Required]
    GitRepository GitRepository => TryGetValue(() => GitRepository);
}
