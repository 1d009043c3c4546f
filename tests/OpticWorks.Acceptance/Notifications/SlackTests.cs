using System.Net;
using System.Text.Json.Nodes;
using OpticWorks.Operations;
using OpticWorks.Operations.Notifications;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Acceptance.Notifications;

/// <summary>The webhook before a server of the test's own: what is sent, and that nothing of the address is ever shown.</summary>
public sealed class SlackTests : IDisposable
{
    private const string Path = "/services/T0/B0/not-to-be-seen-4711";

    /// <summary>A busy computer may be slow.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private readonly HttpListener _listener = new();
    private readonly string _address;

    public SlackTests()
    {
        while (true)
        {
            _address = $"http://127.0.0.1:{LoopbackPort.Free()}";
            _listener.Prefixes.Clear();
            _listener.Prefixes.Add(_address + "/");
            try
            {
                _listener.Start();
                return;
            }
            catch (HttpListenerException)
            {
                // Somebody was quicker with that port.
            }
        }
    }

    public void Dispose() => _listener.Close();

    [Fact]
    public async Task A_message_is_sent_as_text_that_means_itself()
    {
        using var webhook = SlackWebhook.Parse(_address + Path, Long);
        var answered = AnswerAsync(200, "ok");

        await webhook.SendAsync("Canary on production <!channel> & more", CancellationToken.None);

        var (path, body) = await answered;
        path.ShouldBe(Path);
        JsonNode.Parse(body)!["text"]!.GetValue<string>().ShouldBe("Canary on production &lt;!channel&gt; &amp; more");
    }

    [Theory]
    [InlineData(404, "no_service", "Slack answered 404 no_service")]
    [InlineData(302, "", "Slack answered 302")]
    [InlineData(500, "", "Slack answered 500")]
    public async Task A_refusal_is_told_without_the_address(int status, string answer, string what)
    {
        using var webhook = SlackWebhook.Parse(_address + Path, Long);
        var answered = AnswerAsync(status, answer);

        var failure = await Should.ThrowAsync<OperationException>(() => webhook.SendAsync("x", CancellationToken.None));

        await answered;
        failure.Message.ShouldBe(what);
        failure.ToString().ShouldNotContain("4711");
    }

    [Fact]
    public async Task Nobody_there_and_no_answer_in_time_are_told_without_the_address()
    {
        using var silent = SlackWebhook.Parse(_address + Path, TimeSpan.FromSeconds(0.5)); // Nobody takes the request.
        using var gone = SlackWebhook.Parse($"http://127.0.0.1:{LoopbackPort.Free()}{Path}", Long);

        var late = await Should.ThrowAsync<OperationException>(() => silent.SendAsync("x", CancellationToken.None));
        var refused = await Should.ThrowAsync<OperationException>(() => gone.SendAsync("x", CancellationToken.None));

        late.Message.ShouldBe("Slack did not answer within 0.5 s");
        refused.Message.ShouldContain("Slack cannot be reached");
        (late.ToString() + refused).ShouldNotContain("4711");
    }

    [Theory]
    [InlineData("hooks.slack.com/services/4711")]
    [InlineData("http://hooks.slack.com/services/4711")]
    [InlineData("file:///etc/4711")]
    public void An_address_that_a_secret_may_not_go_to_is_refused_and_not_shown(string address)
    {
        var refused = Should.Throw<OperationException>(() => SlackWebhook.Parse(address));

        refused.ExitCode.ShouldBe(ExitCodes.Configuration);
        refused.Explain().ShouldNotContain("4711");
    }

    private async Task<(string Path, string Body)> AnswerAsync(int status, string text)
    {
        var context = await _listener.GetContextAsync();
        var body = await new StreamReader(context.Request.InputStream).ReadToEndAsync();
        context.Response.StatusCode = status;
        if (status == 302)
            context.Response.RedirectLocation = _address + "/elsewhere";
        await using (var writer = new StreamWriter(context.Response.OutputStream))
            await writer.WriteAsync(text);
        return (context.Request.RawUrl!, body);
    }
}
