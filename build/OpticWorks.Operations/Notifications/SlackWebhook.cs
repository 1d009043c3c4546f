using System.Text;
using System.Text.Json.Nodes;

namespace OpticWorks.Operations.Notifications;

/// <summary>An incoming webhook of Slack (https://api.slack.com/messaging/webhooks): whoever knows its URL can write, so the URL is a secret.</summary>
/// <param name="url">https, or an address of this machine.</param>
/// <param name="limit">The longest that one message may take, from the connection to the answer. There is no second try: news that are late are none.</param>
public sealed class SlackWebhook(Uri url, TimeSpan limit) : IDisposable
{
    /// <summary>The limit of a message outside of tests.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Slack cuts longer texts.</summary>
    private const int MostCharacters = 3000;

    /// <summary>Slack answers a word, a proxy a page.</summary>
    private const int MostOfAnswer = 60;

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <exception cref="OperationException">It is no address that a secret may be sent to (exit 2). Never shows it.</exception>
    public static SlackWebhook Parse(string text) => Parse(text, Limit);

    /// <inheritdoc cref="Parse(string)"/>
    public static SlackWebhook Parse(string text, TimeSpan limit) =>
        Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)
            ? new SlackWebhook(url, limit)
            : throw OperationException.Configuration("Slack's webhook is not an https address (not shown, it is a secret)");

    public void Dispose() => _client.Dispose();

    /// <param name="text">Plain text; what Slack would read as markup means itself.</param>
    /// <exception cref="OperationException">Slack did not take it, or did not answer in time. Never shows the address.</exception>
    public async Task SendAsync(string text, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ending.CancelAfter(limit);
        try
        {
            using var content = new StringContent(new JsonObject { ["text"] = Escape(text) }.ToJsonString(), Encoding.UTF8, "application/json");
            using var response = await _client.PostAsync(url, content, ending.Token).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
                return;
            var answer = (await response.Content.ReadAsStringAsync(ending.Token).ConfigureAwait(false)).ReplaceLineEndings(" ").Trim();
            throw new OperationException($"Slack answered {(int)response.StatusCode} {answer[..Math.Min(MostOfAnswer, answer.Length)]}".TrimEnd(), ExitCodes.Engine);
        }
        catch (HttpRequestException e)
        {
            throw new OperationException($"Slack cannot be reached: {e.HttpRequestError}", ExitCodes.Engine);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OperationException($"Slack did not answer within {limit.TotalSeconds:0.#} s", ExitCodes.Engine);
        }
    }

    /// <summary>Slack's three control characters (https://api.slack.com/reference/surfaces/formatting#escaping).</summary>
    internal static string Escape(string text)
    {
        var whole = text.Length <= MostCharacters ? text : text[..(MostCharacters - 1)] + "…";
        return whole.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
    }
}
