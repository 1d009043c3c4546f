using System.Runtime.InteropServices;
using Serilog;

namespace Nuke.Common.Tests.Builds;

/// <summary>Waits for a signal, and leaves it to the engine or takes it itself.</summary>
internal sealed class Waiting : NukeBuild
{
    Target Wait => _ => _.Executes(async () =>
    {
        Log.Information("waiting");
        await Task.Delay(TimeSpan.FromMinutes(1));
    });

    Target CleanUp => _ => _.After(Wait).AssuredAfterFailure().Executes(() => Log.Information("cleaning up"));

    Target WaitItself => _ => _.Executes(async () =>
    {
        var signal = new TaskCompletionSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Take);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Take);
        Log.Information("waiting");
        await signal.Task;
        ExitCode = 130;
        throw new OperationCanceledException("undone");

        void Take(PosixSignalContext context)
        {
            context.Cancel = true;
            signal.SetResult();
        }
    });

    public static int Run() => Execute<Waiting>(x => x.Wait);
}
