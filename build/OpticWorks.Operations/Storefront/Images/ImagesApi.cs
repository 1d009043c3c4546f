using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using OpticWorks.Operations.Storefront.Cloudflare;

namespace OpticWorks.Operations.Storefront.Images;

/// <summary>The calls of Cloudflare Images that a synchronisation needs (developers.cloudflare.com/api/resources/images).</summary>
/// <param name="token">An API token; stands in the Authorization header and nowhere else.</param>
public sealed class ImagesApi(HttpClient client, Uri endpoint, string account, string token, CloudflareLimits limits)
{
    /// <summary>As many as one answer lists at most.</summary>
    private const int PageLength = 10_000;

    private readonly CloudflareCalls _calls = new(client, endpoint, token, "Cloudflare Images: Edit", limits);

    /// <summary>Delivery addresses, without a variant, of all images by their ids.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ListAsync(CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, string>();
        var seen = new HashSet<string>();
        var next = "";
        do
        {
            var result = await _calls.SendAsync(HttpMethod.Get, $"accounts/{account}/images/v2?per_page={PageLength}{(next.Length > 0 ? $"&continuation_token={Uri.EscapeDataString(next)}" : "")}",
                (JsonNode?)null, limits.Attempts, cancellationToken).ConfigureAwait(false);
            foreach (var image in CloudflareCalls.Items(result?["images"]))
            {
                if (Address(image) is { } url)
                    found[CloudflareCalls.Text(image["id"])] = url;
            }

            next = CloudflareCalls.Text(result?["continuation_token"]);
        }
        while (next.Length > 0 && (seen.Add(next) ? true : throw Odd("lists its images in a circle", null)));

        return found;
    }

    /// <summary>Uploads an image under the id of its content. One that is there already, also by an answer that was lost, is not uploaded again.</summary>
    /// <returns>Where it is delivered, without a variant.</returns>
    /// <exception cref="OperationException">It was refused, or the answer is of another image.</exception>
    public async Task<string> UploadAsync(ImageFile file, string path, CancellationToken cancellationToken)
    {
        // What is uploaded is what was looked at.
        var content = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        if (Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)) != file.Content)
            throw new OperationException($"{file.Path} has changed since it was looked at", ExitCodes.Engine) { Where = path, Next = "run the same command again" };
        JsonNode? image;
        try
        {
            image = await _calls.SendAsync(HttpMethod.Post, $"accounts/{account}/images/v1", () => Form(file, content), limits.Attempts, cancellationToken).ConfigureAwait(false);
        }
        catch (CloudflareException e) when (e.Status == HttpStatusCode.Conflict)
        {
            image = await _calls.SendAsync(HttpMethod.Get, $"accounts/{account}/images/v1/{Uri.EscapeDataString(file.Id)}", (JsonNode?)null, limits.Attempts, cancellationToken).ConfigureAwait(false);
        }

        return CloudflareCalls.Text(image?["id"]) == file.Id && Address(image!) is { } url ? url
            : throw Odd($"answered the upload of {file.Path} with something else", image?.ToJsonString());
    }

    private static MultipartFormDataContent Form(ImageFile file, byte[] content)
    {
        var image = new ByteArrayContent(content);
        image.Headers.ContentType = new MediaTypeHeaderValue(file.Type!);
        var form = new MultipartFormDataContent();
        Add(new StringContent(file.Id), "id", null);
        Add(new StringContent("false"), "requireSignedURLs", null);
        Add(new StringContent(new JsonObject { ["sha256"] = file.Content }.ToJsonString()), "metadata", null);
        Add(image, "file", $"{file.Id}{Path.GetExtension(file.Path).ToLowerInvariant()}");
        return form;

        // In quotes: not every server takes a bare name.
        void Add(HttpContent part, string name, string? fileName)
        {
            part.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = $"\"{name}\"", FileName = fileName is null ? null : $"\"{fileName}\"" };
            form.Add(part);
        }
    }

    /// <summary>"https://imagedelivery.net/HASH/ID/public" without the variant; null: an image that is not there yet (a draft), or only for signed addresses.</summary>
    private static string? Address(JsonNode image)
    {
        var id = CloudflareCalls.Text(image["id"]);
        var variant = CloudflareCalls.Items(image["variants"]).Select(CloudflareCalls.Text).FirstOrDefault(url => url.Contains($"/{id}/", StringComparison.Ordinal));
        return id.Length == 0 || variant is null || image["draft"]?.GetValueKind() == System.Text.Json.JsonValueKind.True
            || image["requireSignedURLs"]?.GetValueKind() == System.Text.Json.JsonValueKind.True
            || !Uri.TryCreate(variant, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http")
            ? null
            : variant[..(variant.LastIndexOf($"/{id}/", StringComparison.Ordinal) + id.Length + 1)];
    }

    private OperationException Odd(string what, string? seen) => new($"Cloudflare Images {what}", ExitCodes.Engine) { Where = endpoint.Host, Seen = seen is { Length: > 300 } ? seen[..300] : seen, Next = "run the same command again" };
}
