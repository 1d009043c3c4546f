using System.Runtime.InteropServices;
using Nuke.Common;
using OpticWorks.Build.Output;
using OpticWorks.Operations;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Build.Targets;

/// <summary>What every target needs to run an operation: programs, a narrator, cancellation, exit codes.</summary>
internal interface IHazOperations : INukeBuild
{
    /// <summary>Read first by <see cref="StandardOutput"/>, before the engine writes anything.</summary>
    [Parameter("text (default) or json: one JSON document on standard output, everything else on standard error")]
    string? Output => TryGetValue(() => Output);

    INarrator Narrator => Session.Narrator;

    Toolbox Toolbox => Session.Toolbox;

    /// <summary>Runs an operation to its end. The first SIGINT or SIGTERM cancels it (the operation undoes and the exit code is 130), the
    /// second ends the program at once.</summary>
    void Run(Func<CancellationToken, Task> operation)
    {
        using var cancel = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => OnSignal(context, cancel));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => OnSignal(context, cancel));
        try
        {
            operation(cancel.Token).GetAwaiter().GetResult();
        }
        catch (OperationException e)
        {
            ExitCode = e.ExitCode;
            Session.Failure = e;
            throw;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            ExitCode = ExitCodes.Interrupted;
            Session.Failure = new OperationException("Interrupted", ExitCodes.Interrupted) { Undone = "nothing was left half-done" };
            throw Session.Failure;
        }
    }

    private void OnSignal(PosixSignalContext context, CancellationTokenSource cancel)
    {
        if (cancel.IsCancellationRequested)
            return; // The second signal takes its default action: the program ends.
        context.Cancel = true;
        Narrator.Warn("signal", "interrupted; finishing the current step, then undoing. A second signal ends the program at once");
        cancel.Cancel();
    }
}
