using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Traffic;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Operations.Canary.Safety;

/// <summary>
/// Keeps the dead-man on the balancer's host (<see cref="DeadManUnit"/>) from acting. While it is armed and renewals come, nothing happens; when none
/// comes for a minute, it puts all traffic back on the stable release, without anybody. It is disarmed at the commit point.
/// </summary>
/// <param name="control">The balancer's host behind the fence.</param>
/// <param name="token">The lease's fencing token; 0 outside a lease.</param>
public sealed class DeadMan(IHost control, string operation, long token, string backend, ControlFolder? folder = null) : IAsyncDisposable
{
    private readonly ControlFolder _folder = folder ?? ControlFolder.Default;
    private readonly SemaphoreSlim _one = new(1);
    private readonly CancellationTokenSource _stop = new();
    private volatile bool _fired;
    private TrafficSplit? _split;
    private long _renewals;
    private Task? _renewing;

    /// <summary>It acts so long after the last renewal.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan Renewal { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From now on it would bring about this split; renewed in the background until <see cref="DisarmAsync"/>.</summary>
    public async Task ArmAsync(TrafficSplit stable, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _split = stable;
            var result = await RunAsync(renew: false, cancellationToken).ConfigureAwait(false);
            result.OrFail("The dead-man on the balancer could not be armed", next: "./build.sh Provision");
        }
        finally
        {
            _one.Release();
        }

        _renewing ??= Task.Run(RenewAsync, CancellationToken.None);
    }

    /// <summary>It does nothing any more. Of another operation's it changes nothing.</summary>
    public async Task DisarmAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _split = null;
            var result = await control.RunAsync(DeadManCommands.Disarm(_folder, operation), null, null, cancellationToken).ConfigureAwait(false);
            result.OrFail("The dead-man on the balancer could not be disarmed");
        }
        finally
        {
            _one.Release();
        }
    }

    /// <exception cref="OperationException">It has acted.</exception>
    public void ThrowIfFired()
    {
        if (_fired)
        {
            throw new CanaryEndedException(CanaryEnd.DeadMan,
                "the dead-man on the balancer has put all traffic back on the stable release, because nothing was heard of this program for a minute");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_renewing is not null)
            await _renewing.ConfigureAwait(false);
    }

    private async Task RenewAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(Renewal, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
            if (!_stop.IsCancellationRequested)
                await TryAsync().ConfigureAwait(false);
        }
    }

    private async Task TryAsync()
    {
        try
        {
            await _one.WaitAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        try
        {
            if (_split is not null && (await RunAsync(renew: true, _stop.Token).ConfigureAwait(false)).ExitCode == HostScript.Lost)
                _fired = true;
        }
        catch (Exception e) when (e is OperationException or OperationCanceledException)
        {
            // The next renewal may do; when none does, the dead-man acts, which is what it is for.
        }
        finally
        {
            _one.Release();
        }
    }

    private Task<HostResult> RunAsync(bool renew, CancellationToken cancellationToken) => control.RunAsync(
        DeadManCommands.Arm(_folder, operation, token, Limit, ++_renewals, _split!.Text(backend), renew), null, null, cancellationToken);
}
