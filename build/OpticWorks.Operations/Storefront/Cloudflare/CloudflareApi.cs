using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpticWorks.Operations.Storefront.Cloudflare;

/// <summary>
/// The calls of Cloudflare's REST API that move a Worker's traffic (developers.cloudflare.com/api, "Workers"). An answer is
/// <c>{success, errors: [{code, message}], result}</c>.
/// </summary>
/// <param name="token">An API token; stands in the Authorization header and nowhere else.</param>
public sealed class CloudflareApi(HttpClient client, Uri endpoint, string account, string worker, string token, CloudflareLimits? limits = null)
{
    private readonly CloudflareLimits _limits = limits ?? CloudflareLimits.Default;

    public string Worker => worker;

    private string Script => $"accounts/{account}/workers/scripts/{worker}";

    /// <summary>All deployments, the newest first; null: there is no such Worker.</summary>
    public async Task<IReadOnlyList<WorkerDeployment>?> DeploymentsAsync(CancellationToken cancellationToken)
    {
        var result = await FindAsync($"{Script}/deployments", cancellationToken).ConfigureAwait(false);
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
        SendAsync(HttpMethod.Post, $"{Script}/deployments{(force ? "?force=true" : "")}", new JsonObject
        {
            ["strategy"] = "percentage",
            ["versions"] = new JsonArray([.. shares.Select(share => new JsonObject { ["version_id"] = share.VersionId, ["percentage"] = share.Percentage })]),
            ["annotations"] = new JsonObject { ["workers/message"] = message },
        }, tries: 1, cancellationToken);

    /// <summary>The versions that can be deployed (the last 100), the newest first.</summary>
    public async Task<IReadOnlyList<WorkerVersion>> VersionsAsync(CancellationToken cancellationToken)
    {
        var result = await FindAsync($"{Script}/versions?deployable=true", cancellationToken).ConfigureAwait(false);
        return
        [
            .. Items(result?["items"]).Select(item => new WorkerVersion(Text(item["id"]), item["number"]?.GetValue<int>() ?? 0, Time(item["metadata"]?["created_on"]),
                Text(item["metadata"]?["author_email"]), Text(item["annotations"]?["workers/tag"]), Text(item["annotations"]?["workers/message"])))
                .OrderByDescending(version => version.Number),
        ];
    }

    /// <summary>The names of the Worker's secrets.</summary>
    public async Task<IReadOnlyList<string>> SecretNamesAsync(CancellationToken cancellationToken) =>
        [.. Items(await FindAsync($"{Script}/secrets", cancellationToken).ConfigureAwait(false)).Select(item => Text(item["name"])).Order(StringComparer.Ordinal)];

    /// <summary>The Worker's cron triggers.</summary>
    public async Task<IReadOnlyList<string>> CronsAsync(CancellationToken cancellationToken) =>
        [.. Items((await FindAsync($"{Script}/schedules", cancellationToken).ConfigureAwait(false))?["schedules"]).Select(item => Text(item["cron"])).Order(StringComparer.Ordinal)];

    public Task SetCronsAsync(IEnumerable<string> crons, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, $"{Script}/schedules", new JsonArray([.. crons.Select(cron => new JsonObject { ["cron"] = cron })]), _limits.Attempts, cancellationToken);

    /// <summary>The host names that lead to the Worker, with the ids of these rules.</summary>
    public async Task<IReadOnlyDictionary<string, string>> DomainsAsync(CancellationToken cancellationToken) =>
        Items(await FindAsync($"accounts/{account}/workers/domains?service={worker}", cancellationToken).ConfigureAwait(false))
            .Where(item => Text(item["service"]) == worker)
            .ToDictionary(item => Text(item["hostname"]), item => Text(item["id"]));

    /// <summary>Lets a host name lead to the Worker; its zone is found by Cloudflare.</summary>
    public Task AttachAsync(string hostName, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, $"accounts/{account}/workers/domains", new JsonObject { ["hostname"] = hostName, ["service"] = worker }, _limits.Attempts, cancellationToken);

    public Task DetachAsync(string domainId, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Delete, $"accounts/{account}/workers/domains/{domainId}", null, _limits.Attempts, cancellationToken);

    /// <summary>Null: there is no such thing.</summary>
    private async Task<JsonNode?> FindAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(HttpMethod.Get, path, null, _limits.Attempts, cancellationToken).ConfigureAwait(false);
        }
        catch (CloudflareException e) when (e.IsMissing)
        {
            return null;
        }
    }

    private async Task<JsonNode?> SendAsync(HttpMethod method, string path, JsonNode? body, int tries, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await OnceAsync(method, path, body, cancellationToken).ConfigureAwait(false);
            }
            catch (CloudflareException e) when (e.IsPassing && attempt < tries)
            {
                await Task.Delay(_limits.Pause * Math.Pow(2, attempt - 1), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<JsonNode?> OnceAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri($"{endpoint.AbsoluteUri.TrimEnd('/')}/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_limits.Request);
        var asked = $"{method} {request.RequestUri!.AbsolutePath}";
        try
        {
            using var response = await client.SendAsync(request, limit.Token).ConfigureAwait(false);
            return Read(asked, response.StatusCode, await response.Content.ReadAsStringAsync(limit.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure(asked, null, 0, $"no answer within {_limits.Request.TotalSeconds:0.#} s", e);
        }
        catch (HttpRequestException e)
        {
            throw Failure(asked, null, 0, e.Message, e);
        }
    }

    private JsonNode? Read(string asked, HttpStatusCode status, string text)
    {
        JsonNode? answer = null;
        try
        {
            answer = JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // Told below: what is no JSON is no success.
        }

        if ((int)status < 300 && answer is JsonObject && answer["success"]?.GetValueKind() == JsonValueKind.True)
            return answer["result"];
        var errors = answer is JsonObject ? Items(answer["errors"]).ToArray() : [];
        var said = string.Join("; ", errors.Select(error => Text(error["message"])));
        throw Failure(asked, status, errors.Select(error => error["code"]?.GetValue<int>() ?? 0).FirstOrDefault(),
            said.Length > 0 ? said : text.Length > 300 ? text[..300] : text, null);
    }

    private CloudflareException Failure(string asked, HttpStatusCode? status, int code, string said, Exception? cause)
    {
        var what = status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? "Cloudflare does not accept the token"
            : code == CloudflareException.SecretsChanged ? "Cloudflare refuses the version, because the Worker's secrets have changed since it was deployed"
            : status is null ? "Cloudflare did not answer" : $"Cloudflare refused {asked.Split(' ')[0]} with {(int)status}";
        return new CloudflareException(what, status, code, said, cause)
        {
            Where = $"{asked} ({endpoint.Host})",
            Seen = $"{(status is { } number ? $"{(int)number} " : "")}{(code == 0 ? "" : $"[{code}] ")}{said}",
            Next = status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? "see to storefront.token and storefront.account of the environment file: the token needs Workers Scripts: Edit" : null,
        };
    }

    private static IEnumerable<JsonNode> Items(JsonNode? node) => node is JsonArray array ? array.OfType<JsonNode>() : [];

    private static string Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : "";

    private static DateTimeOffset Time(JsonNode? node) =>
        DateTimeOffset.TryParse(Text(node), System.Globalization.CultureInfo.InvariantCulture, out var time) ? time : default;
}
