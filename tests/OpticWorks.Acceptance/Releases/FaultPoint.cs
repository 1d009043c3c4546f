using System.Diagnostics;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Acceptance.Releases;

/// <summary>Where, within a step, something happens to an operator.</summary>
public enum FaultMoment
{
    /// <summary>Its intent is in the journal; it has not acted.</summary>
    Before,

    /// <summary>Its first command is running on a host.</summary>
    During,

    /// <summary>It has acted; the journal does not know.</summary>
    After,
}

/// <summary>
/// Watches everything that an operator sends to hosts, and does something once, at a moment of one step of a plan. The journal's own lines say where the
/// operator is.
/// </summary>
/// <param name="step">The step's id, for example "switch api-1:9001".</param>
/// <param name="act">Kills this process, breaks the network, or powers a machine off.</param>
internal sealed class FaultPoint(string step, FaultMoment moment, Func<Task> act)
{
    private int _armed;
    private int _done;

    /// <summary>Set by a fault that breaks the network: nothing gets through any more.</summary>
    public bool NetworkIsGone { get; set; }

    public IHost Watch(IHost host) => new Watched(this, host);

    private Task ActOnceAsync() => Interlocked.Exchange(ref _done, 1) == 0 ? act() : Task.CompletedTask;

    private async Task<HostResult> PassAsync(string name, string text, Func<Task<HostResult>> run)
    {
        ThrowIfGone(name);
        // The names stand in double quotes, which no quoting for a shell changes. One command may bring lines of several steps.
        bool Says(string what) => text.Contains($"\"event\":\"{what}\",\"step\":\"{step}\"", StringComparison.Ordinal);
        if (moment == FaultMoment.After && Says("done"))
            await ActOnceAsync();
        ThrowIfGone(name);
        if (moment == FaultMoment.During && Volatile.Read(ref _armed) == 1 && !text.Contains("\"event\":", StringComparison.Ordinal) && Interlocked.Exchange(ref _armed, 2) == 1)
        {
            var running = run();
            await Task.WhenAny(running, Task.Delay(Random.Shared.Next(5, 250)));
            await ActOnceAsync();
            ThrowIfGone(name);
            return await running;
        }

        var result = await run();
        if (Says("intent"))
        {
            if (moment == FaultMoment.Before)
                await ActOnceAsync();
            Interlocked.CompareExchange(ref _armed, 1, 0);
        }

        ThrowIfGone(name);
        return result;
    }

    private void ThrowIfGone(string name)
    {
        if (NetworkIsGone)
            throw new HostException(HostFailure.Dropped, name, $"The connection to {name} broke");
    }

    public static Task KillThisProcess()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
        return Task.Delay(Timeout.Infinite);
    }

    private sealed class Watched(FaultPoint point, IHost host) : IHost
    {
        public string Name => host.Name;

        public Task<HostResult> RunAsync(ShellCommand command, Stream? input = null, Action<string>? onLine = null, CancellationToken cancellationToken = default) =>
            point.PassAsync(Name, command.ToString(), () => host.RunAsync(command, input, onLine, cancellationToken));

        public Task<HostResult> StreamAsync(ShellCommand command, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken = default, Stream? input = null) =>
            point.PassAsync(Name, command.ToString(), () => host.StreamAsync(command, read, cancellationToken, input));

        public Task UploadAsync(Stream content, string path, string mode, CancellationToken cancellationToken = default) =>
            host.UploadAsync(content, path, mode, cancellationToken);
    }
}
