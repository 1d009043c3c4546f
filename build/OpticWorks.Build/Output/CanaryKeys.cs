using OpticWorks.Operations;
using OpticWorks.Operations.Canary;

namespace OpticWorks.Build.Output;

/// <summary>On a terminal, P pauses a canary, G goes on and A aborts, as the targets do from elsewhere.</summary>
internal sealed class CanaryKeys : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;

    /// <param name="give">Gives the running canary an order.</param>
    public CanaryKeys(Func<string, CancellationToken, Task> give, INarrator narrator) =>
        _reading = Console.IsInputRedirected || Console.IsOutputRedirected ? Task.CompletedTask : Task.Run(() => ReadAsync(give, narrator));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task ReadAsync(Func<string, CancellationToken, Task> give, INarrator narrator)
    {
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
            if (_stop.IsCancellationRequested || !Console.KeyAvailable)
                continue;
            var order = char.ToLowerInvariant(Console.ReadKey(intercept: true).KeyChar) switch
            {
                'p' => CanaryOrders.Pause,
                'g' => CanaryOrders.Promote,
                'a' => CanaryOrders.Abort,
                _ => null,
            };
            if (order is null)
                continue;
            try
            {
                await give(order, _stop.Token).ConfigureAwait(false);
            }
            catch (OperationException e)
            {
                narrator.Warn("canary", e.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
