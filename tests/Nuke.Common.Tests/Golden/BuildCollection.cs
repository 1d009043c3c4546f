namespace Nuke.Common.Tests.Golden;

/// <summary>Builds own the console, the log, the environment and the working directory of their process, so they run one at a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class BuildCollection
{
    public const string Name = "Builds";
}
