using System.Runtime.InteropServices;

namespace Nuke.Common.Execution;

/// <summary>
/// Hears SIGINT and SIGTERM while targets run. A handler that the build registers later is asked first; when it takes the signal
/// (cancels its default), the engine keeps out of it. Otherwise the process ends by the signal after the given work.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Action _work;
    private int _signals;

    public Interruption(Action work)
    {
        _work = work;
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)
        ];
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        if (!context.Cancel && Interlocked.Increment(ref _signals) == 1)
            _work();
    }
}
