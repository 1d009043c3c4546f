namespace OpticWorks.Operations.Processes;

/// <summary>How a local program ended and what it wrote.</summary>
/// <param name="ExitCode">Its exit code; 128 + n when signal n ended it.</param>
public sealed record ProcessResult(LocalCommand Command, int ExitCode, string Output, string Error, TimeSpan Duration)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>The last lines of its error output, or of its output when that is empty, as plain text.</summary>
    public string Tail(int lines = 12)
    {
        var text = string.IsNullOrWhiteSpace(Error) ? Output : Error;
        return string.Join('\n', PlainText.Of(text).TrimEnd().Split('\n').TakeLast(lines));
    }

    /// <summary>Itself, or an <see cref="OperationException"/> with the end of its output.</summary>
    public ProcessResult OrFail(string what, int exitCode = ExitCodes.Engine, string? next = null) =>
        Succeeded
            ? this
            : throw new OperationException(what, exitCode)
            {
                Where = $"{Command.Program} (exit {ExitCode}) in {Command.WorkingDirectory ?? "."}",
                Seen = Tail(),
                Next = next,
            };
}
