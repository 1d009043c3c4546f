using System.Net.Http.Headers;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Rehearsal.Story;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Acceptance.Rehearsal;

/// <summary>The fault of the rehearsal's third release on the real Node.</summary>
public sealed class FailingReadsTests : IAsyncLifetime
{
    /// <summary>In place of Medusa: answers everything with 200.</summary>
    private const string Server = "require('node:http').createServer((_, response) => response.end('ok')).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listens'));\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("ow-failing-").FullName;
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _client = new();
    private readonly int _port = LoopbackPort.Free();
    private Task _running = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        var node = await TestTools.In(LocalPlace.Cache)(PinnedProgram.Node, CancellationToken.None);
        await File.WriteAllTextAsync(Path.Combine(_folder, "medusa-config.js"), Server);
        FailingReads.Write(_folder);
        var listens = new TaskCompletionSource();
        var command = new LocalCommand(node.Path, "medusa-config.js") { WorkingDirectory = _folder, Environment = new Dictionary<string, string?> { ["PORT"] = $"{_port}", ["RELEASE_ID"] = "r-3" } };
        _running = LocalProcess.RunAsync(command, _ => listens.TrySetResult(), _stop.Token);
        await Task.WhenAny(listens.Task, _running).WaitAsync(TimeSpan.FromMinutes(1));
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ContinueWith(_ => { }, TaskScheduler.Default);
        _stop.Dispose();
        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task One_of_twenty_light_reads_of_shoppers_fails_and_nothing_else()
    {
        var answers = new List<(int Status, bool Given, string? Release)>();
        for (var n = 0; n < 60; n++)
        {
            answers.Add(await AskAsync(HttpMethod.Get, "/store/products?limit=1", OpenLoop.UserAgent));
            // Whoever else asks, and what is no read, neither fails nor counts.
            (await AskAsync(HttpMethod.Get, "/store/products?limit=1", "somebody")).Status.ShouldBe(200);
            (await AskAsync(HttpMethod.Post, "/store/carts", OpenLoop.UserAgent)).Status.ShouldBe(200);
            (await AskAsync(HttpMethod.Get, "/health", "somebody")).Status.ShouldBe(200);
        }

        answers.Where(answer => answer.Status == 500).ShouldBe(Enumerable.Repeat((500, true, (string?)"r-3"), 3));
        answers.Select((answer, index) => (answer.Status, index + 1)).Where(answer => answer.Status == 500).Select(answer => answer.Item2).ShouldBe([20, 40, 60]);
    }

    private async Task<(int Status, bool Given, string? Release)> AskAsync(HttpMethod method, string path, string agent)
    {
        using var request = new HttpRequestMessage(method, $"http://127.0.0.1:{_port}{path}");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue(agent, null));
        using var response = await _client.SendAsync(request);
        return ((int)response.StatusCode, response.Headers.Contains(OpenLoop.FaultHeader), response.Headers.TryGetValues("x-release", out var named) ? named.First() : null);
    }
}
