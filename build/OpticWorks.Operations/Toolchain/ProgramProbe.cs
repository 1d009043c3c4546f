using System.ComponentModel;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Toolchain;

/// <summary>Tries whether a program runs.</summary>
internal sealed class ProgramProbe(INarrator narrator)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private const int Attempts = 50;

    /// <summary>ETXTBSY of errno.h.</summary>
    private const int TextFileBusy = 26;

    /// <summary>Asks a program for its version; null when it cannot be started or does not end.</summary>
    public async Task<ProcessResult?> RunAsync(LocalCommand command, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await LocalProcess.RunAsync(
                    command with { Limit = Limit, WorkingDirectory = Path.GetTempPath() }, cancellationToken: cancellationToken).ConfigureAwait(false);
            }
            catch (OperationException e) when (e.InnerException is Win32Exception { NativeErrorCode: TextFileBusy } && attempt < Attempts)
            {
                // A process that another thread is just starting still holds the handle through which the file was written.
                await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken).ConfigureAwait(false);
            }
            catch (OperationException e)
            {
                narrator.Detail("toolchain", $"{command.Program} is not used: {e.Message}");
                return null;
            }
        }
    }
}
