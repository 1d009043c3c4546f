using Nuke.Common;
using Nuke.Common.CI.GitHubActions;
using OpticWorks.Build.Targets;
using OpticWorks.Operations;

namespace OpticWorks.Build.Output;

/// <summary>What failed, where, what was seen, what was undone and what to run next; the last thing that a person reads.</summary>
internal static class FailureReport
{
    public static void Write(TextWriter writer, OperationException failure)
    {
        var text = Text(failure);
        writer.WriteLine();
        // In GitHub Actions the annotation is the report, shown in the log too. As one escaped line: what a host answered may begin
        // with :: and must not become a command to the runner.
        if (NukeBuild.Host is GitHubActions actions)
            actions.WriteError(text);
        else
            writer.WriteLine(text);
        writer.Flush();
    }

    /// <summary>The explanation, without any secret of this run.</summary>
    internal static string Text(OperationException failure) => Session.Scrubber.Scrub(failure.Explain());
}
