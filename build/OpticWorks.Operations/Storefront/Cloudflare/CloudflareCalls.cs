using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpticWorks.Operations.Storefront.Cloudflare;

/// <summary>
/// Requests to Cloudflare's REST API (developers.cloudflare.com/api): each with a limit, sent again where that is harmless. An answer is
/// <c>{success, errors: [{code, message}], result}</c>.
/// </summary>
/// <param name="token">An API token; stands in the Authorization header and nowhere else.</param>
/// <param name="right">What the token needs, as Cloudflare calls it, for example "Workers Scripts: Edit".</param>
internal sealed class CloudflareCalls(HttpClient client, Uri endpoint, string token, string right, CloudflareLimits limits)
{
    /// <summary>Null: there is no such thing.</summary>
    public async Task<JsonNode?> FindAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync(HttpMethod.Get, path, (JsonNode?)null, limits.Attempts, cancellationToken).ConfigureAwait(false);
        }
        catch (CloudflareException e) when (e.IsMissing)
        {
            return null;
        }
    }

    /// <summary>Succeeds when there is no such thing any more.</summary>
    public async Task RemoveAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(HttpMethod.Delete, path, (JsonNode?)null, limits.Attempts, cancellationToken).ConfigureAwait(false);
        }
        catch (CloudflareException e) when (e.IsMissing)
        {
            // That is what was wanted.
        }
    }

    public Task<JsonNode?> SendAsync(HttpMethod method, string path, JsonNode? body, int tries, CancellationToken cancellationToken) =>
        SendAsync(method, path, () => body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"), tries, cancellationToken);

    /// <param name="content">Makes the body of each try.</param>
    /// <param name="tries">The first included; 1 where a second might do it twice.</param>
    /// <exception cref="CloudflareException">It was refused, or nothing answered.</exception>
    public async Task<JsonNode?> SendAsync(HttpMethod method, string path, Func<HttpContent?> content, int tries, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await OnceAsync(method, path, content, cancellationToken).ConfigureAwait(false);
            }
            catch (CloudflareException e) when (e.IsPassing && attempt < tries)
            {
                await Task.Delay(limits.PauseAfter(attempt, e.RetryAfter), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public static IEnumerable<JsonNode> Items(JsonNode? node) => node is JsonArray array ? array.OfType<JsonNode>() : [];

    public static string Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : "";

    public static DateTimeOffset Time(JsonNode? node) =>
        DateTimeOffset.TryParse(Text(node), System.Globalization.CultureInfo.InvariantCulture, out var time) ? time : default;

    private async Task<JsonNode?> OnceAsync(HttpMethod method, string path, Func<HttpContent?> content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri($"{endpoint.AbsoluteUri.TrimEnd('/')}/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content = content();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var longest = limits.LongestRequest(request.Content?.Headers.ContentLength ?? 0);
        limit.CancelAfter(longest);
        var asked = $"{method} {request.RequestUri!.AbsolutePath}";
        try
        {
            using var response = await client.SendAsync(request, limit.Token).ConfigureAwait(false);
            return Read(asked, response, await response.Content.ReadAsStringAsync(limit.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure(asked, null, 0, $"no answer within {longest.TotalSeconds:0.#} s", null, e);
        }
        catch (HttpRequestException e)
        {
            throw Failure(asked, null, 0, e.Message, null, e);
        }
    }

    private JsonNode? Read(string asked, HttpResponseMessage response, string text)
    {
        var status = response.StatusCode;
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
        // Cloudflare describes no answer to some removals.
        if ((int)status < 300 && text.Length == 0 && response.RequestMessage?.Method == HttpMethod.Delete)
            return null;
        var errors = answer is JsonObject ? Items(answer["errors"]).ToArray() : [];
        var said = string.Join("; ", errors.Select(error => Text(error["message"])));
        throw Failure(asked, status, errors.Select(error => error["code"]?.GetValue<int>() ?? 0).FirstOrDefault(),
            said.Length > 0 ? said : text.Length > 300 ? text[..300] : text, response.Headers.RetryAfter?.Delta, null);
    }

    private CloudflareException Failure(string asked, HttpStatusCode? status, int code, string said, TimeSpan? retryAfter, Exception? cause)
    {
        var denied = status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
        var what = denied ? "Cloudflare does not accept the token"
            : code == CloudflareException.SecretsChanged ? "Cloudflare refuses the version, because the Worker's secrets have changed since it was deployed"
            : status is null ? "Cloudflare did not answer" : $"Cloudflare refused {asked.Split(' ')[0]} with {(int)status}";
        return new CloudflareException(what, status, code, said, cause)
        {
            Where = $"{asked} ({endpoint.Host})",
            Seen = $"{(status is { } number ? $"{(int)number} " : "")}{(code == 0 ? "" : $"[{code}] ")}{said}",
            Next = denied ? $"see to storefront.account and the token of the environment file: the token needs {right}" : null,
            RetryAfter = retryAfter,
        };
    }
}
