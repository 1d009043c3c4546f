namespace OpticWorks.Acceptance.Edge;

/// <summary>The faults that tests of the deployment side ask for do what they say.</summary>
[Collection(EdgePlace.Collection)]
public sealed class EdgeFaultTests(EdgePlace place)
{
    [Fact]
    public async Task A_call_is_refused_or_fails_before_or_after_it_took_effect()
    {
        (await place.DeployAsync((place.First, 100))).Status.ShouldBe(200);
        await place.FaultsAsync(
            new { method = "POST", path = "/deployments$", after = 1, status = 403, code = 10000, message = "Authentication error" },
            new { method = "POST", path = "/deployments$", after = 2, status = 500 },
            new { method = "POST", path = "/deployments$", after = 3, status = 500, act = true });

        (await place.DeployAsync((place.First, 90), (place.Second, 10))).Status.ShouldBe(200);
        var (status, refusal) = await place.DeployAsync((place.Second, 100));
        (status, WranglerTests.Code(refusal)).ShouldBe((403, 10000));
        (await place.DeployAsync((place.Second, 100))).Status.ShouldBe(500);
        (await place.CurrentAsync()).ShouldBe([(place.First, 90), (place.Second, 10)]);
        (await place.DeployAsync((place.Second, 100))).Status.ShouldBe(500);
        (await place.CurrentAsync()).ShouldBe([(place.Second, 100)]);
    }

    [Fact]
    public async Task A_call_has_no_answer_or_another_split_than_asked()
    {
        (await place.DeployAsync((place.First, 100))).Status.ShouldBe(200);
        await place.FaultsAsync(
            new { method = "POST", path = "/deployments$", hang = true },
            new { method = "POST", path = "/deployments$", after = 1, split = EdgePlace.Versions([(place.First, 40), (place.Second, 60)]) });

        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        await Should.ThrowAsync<OperationCanceledException>(() => place.CallAsync(
            HttpMethod.Post, "deployments", new { versions = EdgePlace.Versions([(place.Second, 100)]) }, cancellationToken: patience.Token));
        (await place.CurrentAsync()).ShouldBe([(place.First, 100)]);
        (await place.DeployAsync((place.First, 90), (place.Second, 10))).Status.ShouldBe(200);
        (await place.CurrentAsync()).ShouldBe([(place.First, 40), (place.Second, 60)]);
    }

    [Fact]
    public async Task The_edge_follows_late()
    {
        (await place.DeployAsync((place.First, 100))).Status.ShouldBe(200);
        await place.FaultsAsync(new { method = "POST", path = "/deployments$", lag = 60_000 });

        (await place.DeployAsync((place.Second, 100))).Status.ShouldBe(200);

        (await place.CurrentAsync()).ShouldBe([(place.Second, 100)]);
        (await place.VersionAsync()).ShouldBe(place.First);
    }
}
