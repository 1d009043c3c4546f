using Nuke.Common.CI;
using Nuke.Common.Execution;
using Nuke.Common.ValueInjection;

namespace Nuke.Common.Schema;

/// <summary>
/// Answers <c>:complete "words"</c> and <c>--shell-completion</c>, and keeps <c>.nuke/build.schema.json</c> up to date in local runs, for editors
/// and for completion by other tools.
/// </summary>
internal sealed class HandleShellCompletion(NukeBuild build) : IOnBuildCreated
{
    public float Priority => 75;

    public void OnBuildCreated(IReadOnlyCollection<ExecutableTarget> executableTargets)
    {
        var commandLine = Invocation.Current.CommandLine;
        if (commandLine.Positional is [Completion.Command, ..])
        {
            foreach (var candidate in Completion.Of(build, string.Join(' ', commandLine.Positional.Skip(1))))
                Console.Out.WriteLine(candidate);
            build.Extensions.Answer();
        }
        else if (EngineParameter.Switch(Invocation.Current, KnownParameters.ShellCompletion) == true)
        {
            SchemaFile.Write(build);
            build.Extensions.Answer();
        }
        else if (!NukeBuild.IsServerBuild && !build.Help && !build.Plan && !BuildServerConfigurationGeneration.IsActive)
        {
            SchemaFile.WriteIfOutdated(build);
        }
    }
}
