using System.Globalization;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Traffic;

/// <summary>What was read from the ring since it was asked last.</summary>
/// <param name="Problem">Why lines may be missing; null: the ring is being read.</param>
public sealed record RingBatch(IReadOnlyList<RequestLine> Lines, string? Problem);

/// <summary>
/// HAProxy's ring of requests, read live over SSH. A stream belongs to one worker of HAProxy: after a reload the old one goes silent without
/// an error. So another stream is begun beside it, which starts with all that the new worker's ring holds; what two streams both tell counts once.
/// The first stream starts with what comes.
/// </summary>
/// <param name="host">The balancer's host.</param>
public sealed class RequestRing(IHost host, string socket, string backend, string ring = "req") : IAsyncDisposable
{
    /// <summary>So many ids are remembered; the ring holds fewer lines.</summary>
    private const int Remembered = 200_000;

    /// <summary>A stream that was begun tells which worker it reads well within this time.</summary>
    private static readonly TimeSpan BeginLimit = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly HashSet<string> _known = [];
    private readonly Queue<string> _order = new();
    private readonly List<Task> _running = [];
    private List<RequestLine> _lines = [];
    private readonly List<int> _workers = [];
    private DateTime _began = DateTime.MinValue;
    private bool _told;
    private string _why = "it was not opened yet";

    /// <summary>How many requests of the backend it has told in all.</summary>
    public long Count { get; private set; }

    /// <summary>What was told since the last time; begins a stream when none reads the worker that serves.</summary>
    /// <param name="worker">HAProxy's process id now (<see cref="BalancerLook.Worker"/>).</param>
    public RingBatch Take(int worker)
    {
        lock (_lock)
        {
            var reads = _workers.Contains(worker);
            if (!reads && DateTime.UtcNow - _began > BeginLimit)
            {
                _began = DateTime.UtcNow;
                _running.RemoveAll(task => task.IsCompleted);
                _running.Add(Task.Run(ReadAsync));
            }

            var batch = new RingBatch(_lines, reads ? null : $"HAProxy's ring is not read: {_why}");
            _lines = [];
            return batch;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <remarks>The worker says who it is first. Standard input ends at once, and the stream must not end with it: HAProxy would take that for a goodbye.</remarks>
    internal static ShellCommand Command(string socket, string ring, bool fromNow) =>
        ShellCommand.Script("""printf '%s\n' "$2" | socat -,ignoreeof "UNIX-CONNECT:$1" """.TrimEnd(), socket, $"show info;show events {ring} -w{(fromNow ? " -n" : "")}");

    private async Task ReadAsync()
    {
        try
        {
            var result = await host.StreamAsync(Command(socket, ring, fromNow: !_told), ReadLinesAsync, _stop.Token).ConfigureAwait(false);
            Why(result.Succeeded ? "HAProxy ended the stream" : $"exit {result.ExitCode}: {result.Error.Trim()}");
        }
        catch (OperationCanceledException)
        {
            // It is not wanted any more.
        }
        catch (OperationException e)
        {
            Why(e.Message);
        }
    }

    private async Task ReadLinesAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream);
        var worker = 0;
        try
        {
            while (await reader.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } text)
            {
                lock (_lock)
                {
                    if (worker == 0 && text.StartsWith("Pid: ", StringComparison.Ordinal) && int.TryParse(text.AsSpan(5), CultureInfo.InvariantCulture, out worker))
                    {
                        _workers.Add(worker);
                        _told = true;
                    }
                    else if (RequestLine.Read(text) is { } line && line.Backend == backend)
                    {
                        Add(line);
                    }
                }
            }
        }
        finally
        {
            lock (_lock)
                _workers.Remove(worker);
        }
    }

    private void Add(RequestLine line)
    {
        if (!_known.Add(line.Id))
            return;
        _order.Enqueue(line.Id);
        if (_order.Count > Remembered)
            _known.Remove(_order.Dequeue());
        _lines.Add(line);
        Count++;
    }

    private void Why(string why)
    {
        lock (_lock)
            _why = why;
    }
}
