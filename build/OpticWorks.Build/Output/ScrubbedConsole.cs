using OpticWorks.Operations.Environments;

namespace OpticWorks.Build.Output;

/// <summary>What is printed past every narrator and report, by the engine for example, shows no secret either.</summary>
internal static class ScrubbedConsole
{
    public static void Install(Scrubber scrubber)
    {
        var (output, error) = (new ScrubbingWriter(Console.Out, scrubber), new ScrubbingWriter(Console.Error, scrubber));
        Console.SetOut(output);
        Console.SetError(error);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            output.Complete();
            error.Complete();
        };
    }
}
