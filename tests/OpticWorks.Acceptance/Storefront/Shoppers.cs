using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace OpticWorks.Acceptance.Storefront;

/// <summary>
/// Browsers that open pages without pause, fetch every file that a page names, and keep some pages open: those fetch their files again until the end, as
/// a tab does that was opened long ago.
/// </summary>
internal sealed partial class Shoppers : IAsyncDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(30) };
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, byte> _open = new();
    private readonly Uri _url;
    private readonly Task[] _walking;
    private int _pages;
    private int _files;

    public Shoppers(Uri url, int count = 2)
    {
        _url = url;
        _walking = [.. Enumerable.Range(0, count).Select(_ => Task.Run(WalkAsync))];
    }

    public int Pages => _pages;

    public int Files => _files;

    /// <summary>The releases that served pages.</summary>
    public ConcurrentDictionary<string, int> Releases { get; } = new();

    /// <summary>Pages that failed and files that were missing.</summary>
    public ConcurrentQueue<string> Failures { get; } = new();

    /// <summary>Ends it, after every file of every page that was ever opened was fetched once more.</summary>
    public async Task EndAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_walking);
        foreach (var file in _open.Keys)
            await FileAsync(file, "a tab that is still open");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_walking);
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task WalkAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await PageAsync();
            foreach (var file in _open.Keys.Take(50))
                await FileAsync(file, "an open tab");
            await Task.Delay(20);
        }
    }

    private async Task PageAsync()
    {
        try
        {
            using var response = await _client.GetAsync(_url);
            Interlocked.Increment(ref _pages);
            var release = response.Headers.TryGetValues("x-release", out var names) ? names.First() : "none";
            Releases.AddOrUpdate(release, 1, (_, count) => count + 1);
            if (!response.IsSuccessStatusCode)
            {
                Failures.Enqueue($"/ of {release}: {(int)response.StatusCode}");
                return;
            }

            foreach (Match match in Source().Matches(await response.Content.ReadAsStringAsync()))
            {
                await FileAsync(match.Groups[1].Value, release);
                _open.TryAdd(match.Groups[1].Value, 0);
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            Failures.Enqueue($"/: {e.Message}");
        }
    }

    private async Task FileAsync(string path, string of)
    {
        try
        {
            using var response = await _client.GetAsync(new Uri(_url, path));
            Interlocked.Increment(ref _files);
            if (!response.IsSuccessStatusCode)
                Failures.Enqueue($"{path} for a page of {of}: {(int)response.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            Failures.Enqueue($"{path}: {e.Message}");
        }
    }

    [GeneratedRegex("src=\"([^\"]+)\"")]
    private static partial Regex Source();
}
