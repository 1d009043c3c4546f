using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.GitHub;
using OpticWorks.Operations.Notifications;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Journals;
using OpticWorks.Operations.Transactions.Observation;

namespace OpticWorks.Acceptance.GitHub;

/// <summary>What GitHub is told of an operation, from its start to its end; every request conforms to GitHub's description.</summary>
public sealed class GitHubSinkTests : IAsyncLifetime
{
    private const string Old = "r-20261120-091100-b81d0c4";
    private const string New = "r-20261122-141203-3f9c2ab";
    private const string Root = "/repos/optic-works/store";

    private readonly Lines _narrator = new();
    private GitHubServer _server = null!;
    private GitHubApi _api = null!;

    public async Task InitializeAsync()
    {
        _server = await GitHubServer.StartAsync();
        _api = new GitHubApi(_server.Place(), GitHubServer.Limits with { Attempts = 1 }, _narrator);
    }

    public async Task DisposeAsync()
    {
        _api.Dispose();
        await _server.DisposeAsync();
        _server.Violations.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_release_on_production_is_a_deployment_a_line_beside_the_commit_and_a_release_with_notes()
    {
        _server.Answer("GET /repos/{owner}/{repo}/releases/tags/{tag}", 404, """{"message":"Not Found"}""");

        await TellAsync("production", Moment(OperationStage.Started), Moment(OperationStage.Done));

        _server.Lines().ShouldBe([
            $"POST {Root}/deployments", $"POST {Root}/deployments/1001/statuses", $"POST {Root}/statuses/3f9c2ab0000",
            $"POST {Root}/deployments/1001/statuses", $"POST {Root}/statuses/3f9c2ab0000",
            $"GET {Root}/compare/b81d0c40000...3f9c2ab0000?per_page=100", $"GET {Root}/releases/tags/{New}", $"POST {Root}/releases"]);
        var requests = _server.Requests.ToArray();
        requests[0].Json["ref"]!.GetValue<string>().ShouldBe("3f9c2ab0000", "what was changed beside the commit, GitHub does not know");
        requests[0].Json["payload"]!["release"]!.GetValue<string>().ShouldBe(New);
        requests[0].Json["production_environment"]!.GetValue<bool>().ShouldBeTrue();
        requests[1].Json["state"]!.GetValue<string>().ShouldBe("in_progress");
        requests[1].Json["log_url"]!.GetValue<string>().ShouldBe("https://github.com/optic-works/store/actions/runs/7");
        requests[2].Json["context"]!.GetValue<string>().ShouldBe("opticworks/production");
        requests[3].Json["state"]!.GetValue<string>().ShouldBe("success");
        requests[7].Json["tag_name"]!.GetValue<string>().ShouldBe(New);
    }

    [Theory]
    [InlineData(ExitCodes.FailedAndUndone, "failure")]
    [InlineData(ExitCodes.Interrupted, "failure")]
    [InlineData(ExitCodes.FailedAndNotUndone, "error")]
    public async Task A_verdict_and_a_bad_end_are_told_without_a_release(int exitCode, string state)
    {
        await TellAsync("production", Moment(OperationStage.Started), Moment(OperationStage.TakingBack) with { Why = "switch api-2:9001 failed" },
            Moment(OperationStage.Failed) with { Why = "switch failed: " + new string('x', 300), ExitCode = exitCode });

        var statuses = _server.Requests.Where(request => request.Template.EndsWith("/deployments/{deployment_id}/statuses", StringComparison.Ordinal)).ToArray();
        statuses.Select(request => request.Json["state"]!.GetValue<string>()).ShouldBe(["in_progress", "in_progress", state]);
        statuses[1].Json["description"]!.GetValue<string>().ShouldBe("Canary is being taken back: switch api-2:9001 failed");
        statuses[2].Json["description"]!.GetValue<string>().Length.ShouldBeLessThanOrEqualTo(140, "GitHub refuses more");
        _server.Lines().ShouldNotContain(line => line.Contains("/releases"));
    }

    [Fact]
    public async Task What_another_machine_began_is_the_same_deployment()
    {
        _server.Answer("GET /repos/{owner}/{repo}/deployments", 200,
            $$$"""[{"id":8,"payload":"text"},{"id":9,"payload":{"operation":"another"}},{"id":10,"payload":{"operation":"{{{Header("Canary").Operation}}}"}}]""");

        await TellAsync("staging", Moment(OperationStage.Started) with { Resumed = ResumeWay.Undo }, Moment(OperationStage.Done) with { Resumed = ResumeWay.Undo });

        _server.Lines().ShouldNotContain($"POST {Root}/deployments");
        _server.Lines().Where(line => line.Contains("/deployments/")).ShouldBe([$"POST {Root}/deployments/10/statuses", $"POST {Root}/deployments/10/statuses"]);
        _server.Requests.Last(request => request.Template.Contains("deployment_id")).Json["state"]!.GetValue<string>().ShouldBe("failure");
    }

    [Fact]
    public async Task A_migration_is_no_deployment()
    {
        await TellAsync("staging", Moment(OperationStage.Started, "Migrate"), Moment(OperationStage.Done, "Migrate"));

        _server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_GitHub_that_refuses_costs_one_line_a_moment_and_never_the_operation()
    {
        for (var i = 0; i < 4; i++)
            _server.Answer("POST /repos/{owner}/{repo}/deployments", 403, """{"message":"Resource not accessible by integration"}""", ("X-Accepted-GitHub-Permissions", "deployments=write"));

        await TellAsync("staging", Moment(OperationStage.Started), Moment(OperationStage.TakingBack), Moment(OperationStage.Failed) with { ExitCode = ExitCodes.FailedAndUndone });

        _narrator.All.Count.ShouldBe(2, string.Join('\n', _narrator.All));
        _narrator.All.ShouldAllBe(line => line.StartsWith("github! not told that Canary on staging", StringComparison.Ordinal) && line.Contains("give the token deployments=write"));
    }

    private async Task TellAsync(string environment, params OperationMoment[] moments)
    {
        var loaded = EnvironmentFile.Load(Checkout.Root, environment);
        var commits = new ReleaseCommits(digest => digest == "d1" ? "3f9c2ab0000-dirty" : null, _ => Task.FromResult<IReadOnlyList<ReleaseRecord>>(
            [new ReleaseRecord(Old, "d0", "l", "b81d0c40000", "ci", DateTimeOffset.UnixEpoch, ReleaseState.Good)]));
        var newsroom = new Newsroom([new GitHubSink(_ => Task.FromResult<GitHubApi?>(_api), loaded, commits)], _narrator);
        foreach (var moment in moments)
            newsroom.Saw(moment with { Operation = moment.Operation with { Environment = environment } });
        await newsroom.SettleAsync(TimeSpan.FromMinutes(10));
    }

    private static OperationMoment Moment(OperationStage stage, string kind = "Canary") => new(stage, Header(kind), $"{kind} of {New}");

    private static JournalHeader Header(string kind) => new($"{kind}-20261122-141203-0f3a9c", kind, "staging", "mara", "laptop", New,
        new Dictionary<string, string> { ["artifact"] = "d1", ["api-1:9001"] = Old, ["api-1:9002"] = Old });
}
