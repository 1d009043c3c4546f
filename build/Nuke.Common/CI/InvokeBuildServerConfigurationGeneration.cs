using Nuke.Common.Execution;

namespace Nuke.Common.CI;

/// <summary>Answers <c>--generate-configuration ID</c>.</summary>
internal sealed class InvokeBuildServerConfigurationGeneration(NukeBuild build) : IOnBuildCreated
{
    public float Priority => 45;

    public void OnBuildCreated(IReadOnlyCollection<ExecutableTarget> executableTargets)
    {
        if (!BuildServerConfigurationGeneration.IsActive)
            return;
        var id = EnvironmentInfo.GetNamedArgument<string>(BuildServerConfigurationGeneration.ConfigurationParameterName);
        var generators = GenerateBuildServerConfigurations.Of(build);
        var ids = generators.Select(generator => generator.Id).ToList();
        var generator = generators.FirstOrDefault(generator => generator.Id == id)
            ?? throw new BuildRefusal(
                $"There is no configuration '{id}'. There are: {string.Join(", ", ids)}{NearestName.Suggestion(id, ids)}");
        GenerateBuildServerConfigurations.Generate(generator, executableTargets);
        build.Extensions.Answer();
    }
}
