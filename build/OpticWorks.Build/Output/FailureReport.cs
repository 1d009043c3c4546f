using OpticWorks.Build.Targets;
using OpticWorks.Operations;

namespace OpticWorks.Build.Output;

/// <summary>What failed, where, what was seen, what was undone and what to run next; the last thing that a person reads.</summary>
internal static class FailureReport
{
    public static void Write(TextWriter writer, OperationException failure)
    {
        writer.WriteLine();
        writer.WriteLine(Session.Scrubber.Scrub(failure.Explain()));
        writer.Flush();
    }
}
