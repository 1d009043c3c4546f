using System.Diagnostics;
using System.Text;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Traffic;

namespace OpticWorks.Operations.Health;

/// <summary>Looks at a running store: every instance on its host, HAProxy, the way through it, the storefront. Changes nothing.</summary>
/// <param name="connect">A host as its deploy user.</param>
public sealed class StoreHealth(StoreEnvironment environment, Func<HostSettings, IHost> connect)
{
    /// <summary>The longest wait for one answer.</summary>
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What a host may take beyond its instances' answers.</summary>
    private static readonly TimeSpan HostMargin = TimeSpan.FromSeconds(1);

    /// <summary>Everything at once. What cannot be seen is part of the result.</summary>
    public async Task<StoreLook> LookAsync(CancellationToken cancellationToken)
    {
        var hosts = Task.WhenAll(environment.Hosts.Select(host => HostAsync(host, cancellationToken)));
        var balancer = new Balancer(connect(environment.Balancer.Host), environment.Balancer.Backend, environment.Balancer.Socket);
        var servers = Limit.TryAsync(AnswerLimit, balancer.ServersAsync, cancellationToken);
        var through = GetAsync(new Uri(environment.Api.Url, environment.Api.Health), cancellationToken);
        // The local storefront is up only while a rehearsal looks at it.
        var storefront = environment.Local ? null : GetAsync(environment.Storefront.Url, cancellationToken);
        return new StoreLook(
            await hosts.ConfigureAwait(false), await servers.ConfigureAwait(false), await through.ConfigureAwait(false),
            storefront is null ? null : await storefront.ConfigureAwait(false));
    }

    private async Task<HostLook> HostAsync(BackendHost settings, CancellationToken cancellationToken)
    {
        // curl's own limit is shorter, so an instance that hangs is told apart from a host that does.
        var command = HealthCommands.Look(new HostLayout(environment.Releases.Directory), settings.Instances, environment.Api.Health, AnswerLimit - HostMargin);
        var instances = await Limit.TryAsync(AnswerLimit, async token =>
            InstanceLook.Read((await connect(settings).RunAsync(command, null, null, token).ConfigureAwait(false))
                .OrFail("the look failed").Output), cancellationToken).ConfigureAwait(false);
        return new HostLook(settings.Name, settings.Instances, instances);
    }

    private async Task<HttpLook> GetAsync(Uri url, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var answer = await Limit.TryAsync(AnswerLimit, async token =>
        {
            using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
            using var response = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, token).ConfigureAwait(false);
            await using var stream = await response.Content.ReadAsStreamAsync(token).ConfigureAwait(false);
            var bytes = new byte[HttpLook.MostBytes];
            var count = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, token).ConfigureAwait(false);
            return new HttpLook((int)response.StatusCode, Encoding.UTF8.GetString(bytes, 0, count), (int)clock.ElapsedMilliseconds);
        }, cancellationToken).ConfigureAwait(false);
        return answer.Value ?? new HttpLook(0, answer.Problem!, (int)clock.ElapsedMilliseconds);
    }
}
