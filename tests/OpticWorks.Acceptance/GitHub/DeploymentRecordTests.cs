using OpticWorks.Acceptance.Releases;
using OpticWorks.Operations;
using OpticWorks.Operations.GitHub;
using OpticWorks.Operations.Notifications;
using OpticWorks.Operations.Transactions.Observation;

namespace OpticWorks.Acceptance.GitHub;

/// <summary>Real operations on real machines, and what GitHub's server is told of them; GitHub answers or not, the operations do what they do.</summary>
[Trait("Tier", "Campaign")]
public sealed class DeploymentRecordTests(LightMachines machines) : IClassFixture<LightMachines>
{
    private readonly Lines _narrator = new();

    [Fact]
    public async Task A_release_that_goes_out_one_that_crashes_and_a_rollback_are_told_as_they_end()
    {
        var first = await machines.LiveAsync("one");
        await using var server = await GitHubServer.StartAsync();
        using var api = new GitHubApi(server.Place(), GitHubServer.Limits, _narrator);

        await TellingAsync(api, async () =>
        {
            await machines.LiveAsync("two");
            var broken = await LightStore.BuildAsync(machines.Fleet.Artifacts, new LightBehaviour { Crash = true });
            (await Should.ThrowAsync<OperationException>(() => machines.Fleet.DeployAsync(broken, LightMachines.NewRelease()))).ExitCode.ShouldBe(ExitCodes.FailedAndUndone);
            await machines.Fleet.RollBackAsync(first);
        });

        server.Violations.ShouldBeEmpty();
        server.Requests.Where(request => request.Template.EndsWith("/deployments", StringComparison.Ordinal)).Select(request => request.Json["task"]!.GetValue<string>())
            .ShouldBe(["DeployBackend", "DeployBackend", "Rollback"]);
        server.Requests.Where(request => request.Template.Contains("{deployment_id}")).Select(request => request.Json["state"]!.GetValue<string>())
            .ShouldBe(["in_progress", "success", "in_progress", "in_progress", "failure", "in_progress", "success"]);
        server.Requests.Where(request => request.Template.Contains("/statuses/{sha}")).Select(request => request.Json["state"]!.GetValue<string>())
            .ShouldBe(["pending", "success", "pending", "failure", "pending", "success"]);
        server.Requests.ShouldContain(request => request.Body != null && request.Body.Contains("DeployBackend is being taken back: switch api-"));
        (await machines.Fleet.StateAsync()).ShouldBe(LightFleet.All(first));
    }

    [Fact]
    public async Task A_GitHub_that_is_not_there_changes_nothing()
    {
        var server = await GitHubServer.StartAsync();
        using var api = new GitHubApi(server.Place(), GitHubServer.Limits with { Attempts = 1 }, _narrator);
        await server.DisposeAsync();

        var release = default(Operations.Releases.ReleaseId);
        await TellingAsync(api, async () => release = await machines.LiveAsync("three"));

        (await machines.Fleet.StateAsync()).ShouldBe(LightFleet.All(release!));
        _narrator.All.Count(line => line.StartsWith("github! not told", StringComparison.Ordinal)).ShouldBe(2, string.Join('\n', _narrator.All));
    }

    private async Task TellingAsync(GitHubApi api, Func<Task> work)
    {
        var fleet = machines.Fleet;
        var commits = new ReleaseCommits(_ => "1234567890abcdef", fleet.Book.ReadAsync);
        var newsroom = new Newsroom([new GitHubSink(_ => Task.FromResult<GitHubApi?>(api), fleet.Environment, commits)], _narrator);
        fleet.Observer = newsroom;
        try
        {
            await work();
            await newsroom.SettleAsync(TimeSpan.FromMinutes(10));
        }
        finally
        {
            fleet.Observer = NoObserver.Instance;
        }
    }
}
