using System.Net;

namespace OpticWorks.Operations.Storefront.Cloudflare;

/// <summary>Cloudflare's API refused a request or could not be asked; without the right to ask, exit 2.</summary>
/// <param name="status">Null: there was no answer.</param>
/// <param name="code">Cloudflare's error code; 0: none.</param>
public sealed class CloudflareException(string what, HttpStatusCode? status, int code, string seen, Exception? cause = null)
    : OperationException(what, status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? ExitCodes.Configuration : ExitCodes.Engine, cause)
{
    /// <summary>A version's secrets are others than today's (a deployment of it needs <c>force</c>).</summary>
    public const int SecretsChanged = 10220;

    /// <summary>There is no such Worker: from one service or another.</summary>
    private static readonly int[] NoWorker = [10007, 10090];

    public HttpStatusCode? Status { get; } = status;

    public int Code { get; } = code;

    /// <summary>What was said, without Cloudflare's code.</summary>
    public string Said { get; } = seen;

    /// <summary>How long Cloudflare asks to wait before the next try; null: it says nothing.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public bool IsMissing => Status == HttpStatusCode.NotFound || NoWorker.Contains(Code);

    /// <summary>It may have been acted on, or may do at the next try.</summary>
    public bool IsPassing => Status is null or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError;

    /// <summary>The names of the secrets that changed, where Cloudflare tells them.</summary>
    public IReadOnlyList<string> ChangedSecrets => Code == SecretsChanged ? SecretsIn(Said) : [];

    /// <summary>"… The following secrets have changed: A, B".</summary>
    internal static IReadOnlyList<string> SecretsIn(string text)
    {
        const string lead = "secrets have changed:";
        var at = text.IndexOf(lead, StringComparison.OrdinalIgnoreCase);
        return at < 0
            ? []
            : [.. text[(at + lead.Length)..].Split('\n')[0].Split(',').Select(name => name.Trim().TrimEnd('.')).Where(name => name.Length > 0)];
    }
}
