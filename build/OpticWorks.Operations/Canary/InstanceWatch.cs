using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Health;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Operations.Canary;

/// <summary>Looks at the canary's instances on their hosts, in the background: one that systemd had to restart, or whose health fails three
/// times in a row, is broken. A host that cannot be reached says nothing.</summary>
internal sealed class InstanceWatch : IAsyncDisposable
{
    private const int HealthFailures = 3;

    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, int> _failures = [];
    private readonly Task _running;
    private volatile string? _broken;

    public InstanceWatch(
        StoreEnvironment environment, Func<HostSettings, IHost> connect, IReadOnlyList<(BackendHost Host, IReadOnlyList<int> Ports)> instances, TimeSpan pause) =>
        _running = Task.Run(async () =>
        {
            while (!_stop.IsCancellationRequested && _broken is null)
            {
                await Task.WhenAll(instances.Select(at => LookAsync(environment, connect(at.Host), at.Ports))).ConfigureAwait(false);
                await Task.Delay(pause, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
            }
        });

    /// <summary>What is broken; null: nothing that was seen.</summary>
    public string? Broken => _broken;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task LookAsync(StoreEnvironment environment, IHost host, IReadOnlyList<int> ports)
    {
        try
        {
            var command = HealthCommands.Look(new HostLayout(environment.Releases.Directory), ports, environment.Api.Health, TimeSpan.FromSeconds(5));
            var result = await host.RunAsync(command, null, null, _stop.Token).ConfigureAwait(false);
            if (!result.Succeeded)
                return;
            foreach (var (port, look) in InstanceLook.Read(result.Output))
                Judge($"{host.Name}:{port}", look);
        }
        catch (Exception e) when (e is OperationException or OperationCanceledException)
        {
            // Requests say more about an instance than a host that does not answer.
        }
    }

    private void Judge(string instance, InstanceLook look)
    {
        if (look.Restarts > 0)
            _broken ??= $"{instance} ended by itself and was restarted {look.Restarts} times";
        else if (!look.IsRunning)
            _broken ??= $"{instance} does not run: its unit is {look.Unit}";
        lock (_failures)
        {
            _failures[instance] = look.Health.IsWell ? 0 : _failures.GetValueOrDefault(instance) + 1;
            if (_failures[instance] >= HealthFailures)
                _broken ??= $"{instance} failed its health {HealthFailures} times in a row: {look.Health.Explain()}";
        }
    }
}
