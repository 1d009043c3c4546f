using System.Reflection;
using Nuke.Common.Execution;
using Nuke.Common.IO;
using Serilog;

namespace Nuke.Common.CI;

/// <summary>Keeps generated configurations up to date in local runs, and says when one has changed.</summary>
internal sealed class GenerateBuildServerConfigurations(NukeBuild build) : IOnBuildCreated
{
    public float Priority => 50;

    public static IReadOnlyList<ConfigurationAttributeBase> Of(NukeBuild build)
    {
        var generators = build.GetType().GetCustomAttributes<ConfigurationAttributeBase>(inherit: true).ToList();
        foreach (var generator in generators)
            generator.Build = build;
        return generators;
    }

    /// <summary>Generates as if the build ran on the host the configuration is for.</summary>
    public static void Generate(ConfigurationAttributeBase generator, IReadOnlyCollection<ExecutableTarget> targets)
    {
        var host = NukeBuild.Host;
        try
        {
            NukeBuild.Host = (Host)Activator.CreateInstance(generator.HostType, nonPublic: true);
            generator.Generate(targets);
            generator.SerializeState();
        }
        finally
        {
            NukeBuild.Host = host;
        }
    }

    public void OnBuildCreated(IReadOnlyCollection<ExecutableTarget> executableTargets)
    {
        if (NukeBuild.IsServerBuild || build.Help || build.Plan || BuildServerConfigurationGeneration.IsActive)
            return;
        foreach (var generator in Of(build).Where(generator => generator.AutoGenerate))
        {
            var before = Read(generator);
            Generate(generator, executableTargets);
            if (!Read(generator).SequenceEqual(before))
                Warn(generator);
        }
    }

    private static void Warn(ConfigurationAttributeBase generator) =>
        Log.Warning("Configuration files for {Configuration:l} have changed.", generator.DisplayName);

    private static List<string> Read(ConfigurationAttributeBase generator) =>
        [.. generator.GeneratedFiles.Select(file => file.FileExists() ? file.ReadAllText() : null)];
}
