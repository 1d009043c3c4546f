using Nuke.Common;

namespace Nuke.Components;

/// <summary>A build with a configuration: Debug on a person's machine, Release on a server.</summary>
public interface IHazConfiguration : INukeBuild
{
    [Parameter("Configuration to compile for: Debug, or Release on a server")]
    Configuration Configuration => TryGetValue(() => Configuration) ?? (IsLocalBuild ? Configuration.Debug : Configuration.Release);
}
