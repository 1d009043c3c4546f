using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>One kind of request of a generator.</summary>
/// <param name="Name">As reports name it, for example "GET products".</param>
/// <param name="PerSecond">Requests a second, whatever the answers take.</param>
/// <param name="Make">Makes the n-th request, n from 0.</param>
public sealed record TrafficKind(string Name, double PerSecond, Func<long, HttpRequestMessage> Make);

/// <summary>What became of one request.</summary>
/// <param name="Kind">As <see cref="TrafficKind.Name"/>.</param>
/// <param name="Due">When it was to be sent, since the start.</param>
/// <param name="Latency">From when it was due to the end of its answer: a generator that is late does not hide a store that is slow.</param>
/// <param name="Status">The answer's status; 0: there was none.</param>
/// <param name="Problem">Why there was none; null: there was.</param>
public sealed record TrafficSample(string Kind, TimeSpan Due, TimeSpan Latency, int Status, string? Problem)
{
    /// <summary>No answer, or one of 5xx.</summary>
    public bool Failed => Status is 0 or >= 500;
}

/// <summary>
/// Sends requests at a constant rate, however long the answers take (open loop). Every request has a connection of its own: a client that reuses one may
/// send a request twice without saying so when the connection breaks, and then nobody knows what failed.
/// </summary>
public sealed class OpenLoop : IAsyncDisposable
{
    /// <summary>A request without an answer after this is a failure.</summary>
    public static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(20);

    private readonly HttpClient _client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero, UseCookies = false, UseProxy = false })
    { Timeout = RequestLimit };

    private readonly ConcurrentQueue<TrafficSample> _samples = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly long _begun = Stopwatch.GetTimestamp();
    private readonly Task _sending;
    private int _underWay;

    /// <param name="limit">It stops by itself after this.</param>
    public OpenLoop(IReadOnlyList<TrafficKind> kinds, TimeSpan limit)
    {
        _stop.CancelAfter(limit);
        _sending = Task.WhenAll(kinds.Select(kind => Task.Run(() => SendAsync(kind))));
    }

    /// <summary>What has been answered, or has failed, until now.</summary>
    public IReadOnlyCollection<TrafficSample> Samples => _samples;

    /// <summary>Since it began.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_begun);

    /// <summary>Stops sending, waits for every answer, and returns all samples in the order in which they were due.</summary>
    public async Task<IReadOnlyList<TrafficSample>> EndAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(false);
        while (Volatile.Read(ref _underWay) > 0)
            await Task.Delay(10).ConfigureAwait(false);
        return [.. _samples.OrderBy(sample => sample.Due)];
    }

    private async Task SendAsync(TrafficKind kind)
    {
        for (var n = 0L; !_stop.IsCancellationRequested; n++)
        {
            var due = TimeSpan.FromSeconds(n / kind.PerSecond);
            if (due - Elapsed is var early && early > TimeSpan.Zero)
            {
                try
                {
                    await Task.Delay(early, _stop.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }

            Interlocked.Increment(ref _underWay);
            _ = OneAsync(kind, n, due);
        }
    }

    private async Task OneAsync(TrafficKind kind, long n, TimeSpan due)
    {
        var (status, problem) = (0, (string?)null);
        try
        {
            using var request = kind.Make(n);
            request.Headers.ConnectionClose = true;
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("opticworks-rehearsal", null));
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseContentRead).ConfigureAwait(false);
            status = (int)response.StatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            problem = (e.InnerException ?? e).Message;
        }

        _samples.Enqueue(new TrafficSample(kind.Name, due, Elapsed - due, status, problem));
        Interlocked.Decrement(ref _underWay);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync().ConfigureAwait(false);
        _client.Dispose();
        _stop.Dispose();
    }
}
