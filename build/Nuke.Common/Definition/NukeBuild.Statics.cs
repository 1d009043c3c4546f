using Nuke.Common.CI;
using Nuke.Common.Execution;
using Nuke.Common.IO;

namespace Nuke.Common;

public abstract partial class NukeBuild
{
    /// <summary>The directory that holds <c>.nuke</c>, found upwards from the working directory, or <c>--root</c>.</summary>
    [Parameter("Root directory during build execution.", Name = "Root")]
    public static AbsolutePath RootDirectory => Invocation.Current.RootDirectory;

    /// <summary><c>.nuke/temp</c> below the root; created when first asked for.</summary>
    public static AbsolutePath TemporaryDirectory => Invocation.Current.TemporaryDirectory.CreateDirectory();

    public static AbsolutePath BuildAssemblyFile => BuildLocation.AssemblyFile;

    public static AbsolutePath BuildAssemblyDirectory => BuildLocation.AssemblyFile?.Parent;

    public static AbsolutePath BuildProjectDirectory => BuildLocation.ProjectFile?.Parent;

    /// <summary>The first project file found upwards from the build assembly; null for a published build.</summary>
    public static AbsolutePath BuildProjectFile => BuildLocation.ProjectFile;

    [Parameter("Logging verbosity during build execution. Default is 'Normal'.")]
    public static Verbosity Verbosity
    {
        get => Invocation.Current.Verbosity;
        set => Invocation.Current.Verbosity = value;
    }

    [Parameter("Host for execution. Default is 'automatic'.")]
    public static Host Host
    {
        get => Invocation.Current.Host;
        set => Invocation.Current.Host = value;
    }

    [Parameter("Defines the profiles to load.", Name = "Profile")]
    public static string[] LoadedLocalProfiles => Invocation.Current.Profiles;

    public static bool IsLocalBuild => !IsServerBuild;

    public static bool IsServerBuild => Host is IBuildServer;
}
