using Nuke.Common.Execution;
using Nuke.Common.IO;

namespace Nuke.Common.CI;

/// <summary>Writes the configuration of a build server from the targets of the build.</summary>
public interface IConfigurationGenerator
{
    /// <summary>What <c>--generate-configuration</c> names it by; case counts.</summary>
    string Id { get; }

    string DisplayName { get; }

    string HostName { get; }

    /// <summary>Whether local runs keep the files up to date.</summary>
    bool AutoGenerate { get; }

    Type HostType { get; }

    IEnumerable<AbsolutePath> GeneratedFiles { get; }

    void Generate(IReadOnlyCollection<ExecutableTarget> executableTargets);

    void SerializeState();
}
