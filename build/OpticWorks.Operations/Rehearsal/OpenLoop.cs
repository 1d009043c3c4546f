using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>One kind of request of a generator.</summary>
/// <param name="Name">As reports name it, for example "GET products".</param>
/// <param name="PerSecond">Requests a second, whatever the answers take.</param>
/// <param name="Make">Makes the n-th request, n from 0; null: there is nothing to ask for this time.</param>
public sealed record TrafficKind(string Name, double PerSecond, Func<long, HttpRequestMessage?> Make)
{
    /// <summary>Sees every answer's status and text: what the next step of a shopper needs.</summary>
    public Action<int, string>? Answered { get; init; }
}

/// <summary>What became of one request.</summary>
/// <param name="Kind">As <see cref="TrafficKind.Name"/>.</param>
/// <param name="Due">When it was to be sent, since the start.</param>
/// <param name="Latency">From when it was due to the end of its answer: a generator that is late does not hide a store that is slow.</param>
/// <param name="Status">The answer's status; 0: there was none.</param>
/// <param name="Problem">Why there was none; null: there was.</param>
public sealed record TrafficSample(string Kind, TimeSpan Due, TimeSpan Latency, int Status, string? Problem)
{
    /// <summary>The release that answered, as it names itself (x-release); null: it does not.</summary>
    public string? Release { get; init; }

    /// <summary>The answer carries <see cref="OpenLoop.FaultHeader"/>: a release that was made to fail says that this failure is one of those.</summary>
    public bool Given { get; init; }

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

    /// <summary>Every request has it as its user agent's name.</summary>
    public const string UserAgent = "opticworks-rehearsal";

    /// <summary>Marks an answer that fails on purpose.</summary>
    public const string FaultHeader = "x-rehearsal-fault";

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
        var (status, problem, release, given) = (0, (string?)null, (string?)null, false);
        try
        {
            using var request = kind.Make(n);
            if (request is null)
            {
                Interlocked.Decrement(ref _underWay);
                return;
            }

            request.Headers.ConnectionClose = true;
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue(UserAgent, null));
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseContentRead).ConfigureAwait(false);
            status = (int)response.StatusCode;
            release = response.Headers.TryGetValues(Storefront.Serving.StorefrontSite.ReleaseHeader, out var named) ? named.First() : null;
            given = response.Headers.Contains(FaultHeader);
            if (kind.Answered is { } answered)
                answered(status, await response.Content.ReadAsStringAsync().ConfigureAwait(false));
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            problem = (e.InnerException ?? e).Message;
        }

        _samples.Enqueue(new TrafficSample(kind.Name, due, Elapsed - due, status, problem) { Release = release, Given = given });
        Interlocked.Decrement(ref _underWay);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync().ConfigureAwait(false);
        _client.Dispose();
        _stop.Dispose();
    }
}
