using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Acceptance.Storefront;
using OpticWorks.Operations;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.GitHub;
using OpticWorks.Operations.Notifications;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Leases;

namespace OpticWorks.Acceptance.GitHub;

/// <summary>Operations with a real lease, fence and journal, and what a GitHub that conforms is told of them.</summary>
public sealed class ObservedFleetTests : IDisposable
{
    private const string Release = "r-20261122-141203-3f9c2ab";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ow-observed-");
    private readonly Lines _narrator = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_is_done_what_fails_and_what_is_interrupted_is_told_as_it_ends()
    {
        await using var server = await GitHubServer.StartAsync();
        using var api = new GitHubApi(server.Place(), GitHubServer.Limits, _narrator);
        using var interrupt = new CancellationTokenSource();

        await TellingAsync(api, async operation =>
        {
            await RunAsync(operation, "Canary", _ => Task.FromResult("done"), CancellationToken.None);
            (await FailAsync(operation, "DeployBackend", _ => throw new OperationException("503 for 30 s", ExitCodes.Engine), CancellationToken.None)).ShouldBe(ExitCodes.FailedAndUndone);
            (await FailAsync(operation, "Rollback", async _ =>
            {
                await interrupt.CancelAsync();
                return "";
            }, interrupt.Token)).ShouldBe(ExitCodes.Interrupted);
        });

        server.Violations.ShouldBeEmpty();
        server.Requests.Where(request => request.Template.EndsWith("/deployments", StringComparison.Ordinal)).Select(request => request.Json["task"]!.GetValue<string>())
            .ShouldBe(["Canary", "DeployBackend", "Rollback"]);
        var states = server.Requests.Where(request => request.Template.Contains("{deployment_id}")).ToArray();
        states.Select(request => request.Json["state"]!.GetValue<string>())
            .ShouldBe(["in_progress", "success", "in_progress", "in_progress", "failure", "in_progress", "in_progress", "failure"]);
        states[3].Json["description"]!.GetValue<string>().ShouldContain("is being taken back: switch api-1:9001 failed: 503 for 30 s");
        states[7].Json["description"]!.GetValue<string>().ShouldContain("was interrupted and undone");
        _narrator.All.ShouldNotContain(line => line.StartsWith("github!", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_GitHub_that_is_not_there_fails_no_operation()
    {
        var server = await GitHubServer.StartAsync();
        using var api = new GitHubApi(server.Place(), GitHubServer.Limits with { Attempts = 1 }, _narrator);
        await server.DisposeAsync();

        await TellingAsync(api, operation => RunAsync(operation, "Canary", _ => Task.FromResult("done"), CancellationToken.None));

        _narrator.All.Count(line => line.StartsWith("github! not told that Canary on staging", StringComparison.Ordinal)).ShouldBe(2, string.Join('\n', _narrator.All));
    }

    private async Task TellingAsync(GitHubApi api, Func<FleetOperation, Task> work)
    {
        var commits = new ReleaseCommits(_ => "3f9c2ab0000", _ => Task.FromResult<IReadOnlyList<ReleaseRecord>>([]));
        var newsroom = new Newsroom([new GitHubSink(_ => Task.FromResult<GitHubApi?>(api), EnvironmentFile.Load(Checkout.Root, "staging"), commits)], _narrator);
        // Long, because nobody takes it over, and a busy computer must not lose it.
        var terms = new LeaseTerms(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(20));
        await work(new FleetOperation(new ControlHere(_folder.FullName), [], "staging", "mara", terms, text => text, _narrator) { Observer = newsroom });
        await newsroom.SettleAsync(TimeSpan.FromMinutes(10));
    }

    private static Task RunAsync(FleetOperation operation, string kind, Func<CancellationToken, Task<string>> act, CancellationToken interrupt) =>
        operation.RunAsync(kind, "a test", new LeaseWish(),
            _ => Task.FromResult<PlanSource?>(new PlanSource(Release, new Dictionary<string, string> { ["artifact"] = "d1" })),
            (_, _, _) => Task.FromResult(new Plan(kind, "staging", [new Stage(1, new Step("switch", "api-1:9001") { Do = act, Undo = _ => Task.CompletedTask })])),
            interrupt, CancellationToken.None);

    private static async Task<int> FailAsync(FleetOperation operation, string kind, Func<CancellationToken, Task<string>> act, CancellationToken interrupt) =>
        (await Should.ThrowAsync<OperationException>(() => RunAsync(operation, kind, act, interrupt))).ExitCode;
}
