using System.Text.Json.Nodes;
using static OpticWorks.Operations.Storefront.Cloudflare.CloudflareCalls;

namespace OpticWorks.Operations.Storefront.Cloudflare;

/// <summary>
/// The calls of Cloudflare's REST API that move a Worker's traffic (developers.cloudflare.com/api, "Workers").
/// </summary>
/// <param name="token">An API token; stands in the Authorization header and nowhere else.</param>
public sealed class CloudflareApi(HttpClient client, Uri endpoint, string account, string worker, string token, CloudflareLimits? limits = null)
{
    private readonly CloudflareLimits _limits = limits ?? CloudflareLimits.Default;
    private readonly CloudflareCalls _calls = new(client, endpoint, token, "Workers Scripts: Edit", limits ?? CloudflareLimits.Default);

    public string Worker => worker;

    private string Script => $"accounts/{account}/workers/scripts/{worker}";

    /// <summary>All deployments, the newest first; null: there is no such Worker.</summary>
    public async Task<IReadOnlyList<WorkerDeployment>?> DeploymentsAsync(CancellationToken cancellationToken)
    {
        var result = await _calls.FindAsync($"{Script}/deployments", cancellationToken).ConfigureAwait(false);
        return result is null ? null :
        [
            .. Items(result["deployments"]).Select(item => new WorkerDeployment(Text(item["id"]), Time(item["created_on"]), Text(item["author_email"]),
                Text(item["annotations"]?["workers/message"]),
                [.. Items(item["versions"]).Select(share => new VersionShare(Text(share["version_id"]), share["percentage"]?.GetValue<double>() ?? 0))]))
                .OrderByDescending(deployment => deployment.Created),
        ];
    }

    /// <summary>Gives versions their shares of the traffic. Whether it acted is seen in <see cref="DeploymentsAsync"/> only.</summary>
    /// <param name="force">Also where the version's secrets are others than today's: a person said so.</param>
    public Task DeployAsync(IReadOnlyList<VersionShare> shares, string message, bool force, CancellationToken cancellationToken) =>
        _calls.SendAsync(HttpMethod.Post, $"{Script}/deployments{(force ? "?force=true" : "")}", new JsonObject
        {
            ["strategy"] = "percentage",
            ["versions"] = new JsonArray([.. shares.Select(share => new JsonObject { ["version_id"] = share.VersionId, ["percentage"] = share.Percentage })]),
            ["annotations"] = new JsonObject { ["workers/message"] = message },
        }, tries: 1, cancellationToken);

    /// <summary>The versions that can be deployed (the last 100), the newest first.</summary>
    public async Task<IReadOnlyList<WorkerVersion>> VersionsAsync(CancellationToken cancellationToken)
    {
        var result = await _calls.FindAsync($"{Script}/versions?deployable=true", cancellationToken).ConfigureAwait(false);
        return
        [
            .. Items(result?["items"]).Select(item => new WorkerVersion(Text(item["id"]), item["number"]?.GetValue<int>() ?? 0, Time(item["metadata"]?["created_on"]),
                Text(item["metadata"]?["author_email"]), Text(item["annotations"]?["workers/tag"]), Text(item["annotations"]?["workers/message"])))
                .OrderByDescending(version => version.Number),
        ];
    }

    /// <summary>The names of the Worker's secrets.</summary>
    public async Task<IReadOnlyList<string>> SecretNamesAsync(CancellationToken cancellationToken) =>
        [.. Items(await _calls.FindAsync($"{Script}/secrets", cancellationToken).ConfigureAwait(false)).Select(item => Text(item["name"])).Order(StringComparer.Ordinal)];

    /// <summary>The Worker's cron triggers.</summary>
    public async Task<IReadOnlyList<string>> CronsAsync(CancellationToken cancellationToken) =>
        [.. Items((await _calls.FindAsync($"{Script}/schedules", cancellationToken).ConfigureAwait(false))?["schedules"]).Select(item => Text(item["cron"])).Order(StringComparer.Ordinal)];

    public Task SetCronsAsync(IEnumerable<string> crons, CancellationToken cancellationToken) =>
        _calls.SendAsync(HttpMethod.Put, $"{Script}/schedules", new JsonArray([.. crons.Select(cron => new JsonObject { ["cron"] = cron })]), _limits.Attempts, cancellationToken);

    /// <summary>The host names that lead to the Worker, with the ids of these rules.</summary>
    public async Task<IReadOnlyDictionary<string, string>> DomainsAsync(CancellationToken cancellationToken) =>
        Items(await _calls.FindAsync($"accounts/{account}/workers/domains?service={Uri.EscapeDataString(worker)}", cancellationToken).ConfigureAwait(false))
            .Where(item => Text(item["service"]) == worker)
            .ToDictionary(item => Text(item["hostname"]), item => Text(item["id"]));

    /// <summary>The Worker that a host name leads to; null: none.</summary>
    public async Task<string?> WorkerOfAsync(string hostName, CancellationToken cancellationToken) =>
        Items(await _calls.FindAsync($"accounts/{account}/workers/domains?hostname={Uri.EscapeDataString(hostName)}", cancellationToken).ConfigureAwait(false))
            .Where(item => Text(item["hostname"]) == hostName).Select(item => Text(item["service"])).FirstOrDefault(service => service.Length > 0);

    /// <summary>Lets a host name lead to the Worker; its zone, which must be one of the account's, is found by Cloudflare.</summary>
    public Task AttachAsync(string hostName, CancellationToken cancellationToken) =>
        _calls.SendAsync(HttpMethod.Put, $"accounts/{account}/workers/domains", new JsonObject { ["hostname"] = hostName, ["service"] = worker }, _limits.Attempts, cancellationToken);

    /// <summary>Succeeds when the rule has gone already.</summary>
    public Task DetachAsync(string domainId, CancellationToken cancellationToken) =>
        _calls.RemoveAsync($"accounts/{account}/workers/domains/{domainId}", cancellationToken);
}
