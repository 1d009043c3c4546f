using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Output;
using OpticWorks.Operations;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Build.Targets;

/// <summary>What every target needs to run an operation: programs, a narrator, cancellation, exit codes.</summary>
internal interface IHazOperations : INukeBuild
{
    /// <summary>Read first by <see cref="StandardOutput"/>, before the engine writes anything.</summary>
    [Parameter("text (default) or json: one JSON document on standard output, everything else on standard error",
        ValueProviderType = typeof(StandardOutput), ValueProviderMember = nameof(StandardOutput.Forms))]
    string? Output => TryGetValue(() => Output);

    [Parameter("Say which targets would run, in which order and made of what, and run nothing")]
    [CommandLineOnly]
    bool? OrderOnly => TryGetValue<bool?>(() => OrderOnly);

    INarrator Narrator => Session.Narrator;

    Toolbox Toolbox => Session.Toolbox;

    /// <summary>Runs an operation to its end. The first SIGINT or SIGTERM cancels it (the operation undoes and the exit code is 130), the
    /// second ends the program at once.</summary>
    /// <param name="changesNothing">There is nothing to undo, so a signal is not commented on.</param>
    void Run(Func<CancellationToken, Task> operation, bool changesNothing = false) =>
        Run((interrupt, _) => operation(interrupt), new Signals(Narrator, detachable: false, silent: changesNothing));

    /// <summary>The same for an operation with a journal: the second signal detaches, leaving it for Resume; the third ends the program.</summary>
    void Run(Func<CancellationToken, CancellationToken, Task> operation) =>
        Run(operation, new Signals(Narrator, detachable: true));

    private void Run(Func<CancellationToken, CancellationToken, Task> operation, Signals heard)
    {
        using var signals = heard;
        try
        {
            operation(signals.Interrupt, signals.Detach).GetAwaiter().GetResult();
        }
        catch (OperationException e)
        {
            ExitCode = e.ExitCode;
            Session.Failure = e;
            throw;
        }
        catch (OperationCanceledException) when (signals.Interrupt.IsCancellationRequested)
        {
            ExitCode = ExitCodes.Interrupted;
            Session.Failure = new OperationException("Interrupted", ExitCodes.Interrupted) { Undone = "nothing was left half-done" };
            throw Session.Failure;
        }
    }
}
