using System.Globalization;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Canary;

/// <summary>Requests that the suite itself sends through HAProxy while a step is watched, where shoppers are too few to judge by. They only read.</summary>
internal sealed class SyntheticRequests : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <param name="control">The balancer's host.</param>
    public SyntheticRequests(IHost control, int port, string path, int perSecond) => _running = Task.Run(() => RunAsync(control, Command(port, path, perSecond)));

    /// <summary>A minute of requests: whoever is killed leaves no more than that behind. curl (7.84 or later) keeps the rate by itself as long as each answer comes within its time.</summary>
    internal static ShellCommand Command(int port, string path, int perSecond) => ShellCommand.Of("curl", "-s", "-o", "/dev/null", "-m", "10", "--rate",
        string.Create(CultureInfo.InvariantCulture, $"{perSecond}/s"), string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}{path}#[1-{perSecond * 60}]"));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync(IHost control, ShellCommand command)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await control.RunAsync(command, null, null, _stop.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationException or OperationCanceledException)
            {
                // Too few requests are seen where they are counted.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        }
    }
}
