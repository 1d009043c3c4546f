namespace Nuke.Common.Tests.Builds;

/// <summary>Lets tests start a build as a process of its own: <c>dotnet Nuke.Common.Tests.dll</c> with the build in ENGINE_BUILD.</summary>
internal static class Program
{
    public const string BuildVariable = "ENGINE_BUILD";

    public static int Main() => Environment.GetEnvironmentVariable(BuildVariable) switch
    {
        nameof(Waiting) => Waiting.Run(),
        nameof(Build) => Build.Run(),
        var name => throw new ArgumentException($"There is no build '{name}'")
    };
}
