namespace Nuke.Common.Tests.Golden;

/// <summary>What a build printed, and its exit code.</summary>
public sealed record BuildResult(int ExitCode, string Output)
{
    /// <summary>The output without the engine's header, with times and dates replaced.</summary>
    public string Normalized => Transcript.Normalize(Output);
}
