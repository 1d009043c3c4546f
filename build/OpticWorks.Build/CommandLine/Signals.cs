using System.Runtime.InteropServices;
using OpticWorks.Operations;

namespace OpticWorks.Build.CommandLine;

/// <summary>SIGINT and SIGTERM as cancellation: the first interrupts; the second detaches where the operation can be resumed; the next one
/// takes its default action and ends the program.</summary>
internal sealed class Signals : IDisposable
{
    private readonly CancellationTokenSource _interrupt = new();
    private readonly CancellationTokenSource _detach = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly INarrator _narrator;
    private readonly bool _detachable;
    private readonly bool _silent;
    private int _count;

    public Signals(INarrator narrator, bool detachable, bool silent = false)
    {
        _narrator = narrator;
        _detachable = detachable;
        _silent = silent;
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];
    }

    public CancellationToken Interrupt => _interrupt.Token;

    public CancellationToken Detach => _detach.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _interrupt.Dispose();
        _detach.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        switch (Interlocked.Increment(ref _count))
        {
            case 1:
                context.Cancel = true;
                if (!_silent)
                    _narrator.Warn("signal", "interrupted; finishing the current step, then undoing. "
                        + (_detachable ? "A second signal leaves everything as it is, for Resume" : "A second signal ends the program at once"));
                _interrupt.Cancel();
                break;
            case 2 when _detachable:
                context.Cancel = true;
                _narrator.Warn("signal", "detaching; Resume continues or undoes");
                _detach.Cancel();
                break;
        }
    }
}
