using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Acceptance.Releases;
using OpticWorks.Operations;
using OpticWorks.Operations.Canary;
using OpticWorks.Operations.Canary.Judging;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Provisioning;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Acceptance.Canary;

/// <summary>Canaries whose counts come from a real Prometheus on the balancer's machine, which scrapes HAProxy's own exporter every second.</summary>
[Trait("Tier", "Campaign")]
public sealed class PrometheusTests : IAsyncLifetime
{
    private static readonly MachineImageRecipe Recipe = new() { Packages = [.. new MachineImageRecipe().Packages, "prometheus"] };

    private readonly LocalPlace _place = new();

    private LightFleet _fleet = null!;

    public async Task InitializeAsync()
    {
        await _place.InitializeAsync();
        _fleet = new LightFleet(_place.New("prometheus", machines: LightFleet.Machines(2), recipe: Recipe), 2, new Silence());
        await _fleet.UpAsync();
        await RootAsync($$"""
            cat > /etc/prometheus/prometheus.yml <<'END'
            global: { scrape_interval: 1s }
            scrape_configs:
              - { job_name: haproxy, static_configs: [ { targets: [ "127.0.0.1:{{HaproxyConfiguration.MetricsPort}}" ] } ] }
            END
            systemctl restart prometheus
            """);
    }

    public async Task DisposeAsync()
    {
        await _fleet.CloseAsync();
        await _place.DisposeAsync();
    }

    [Fact]
    public async Task Prometheus_tells_a_bad_release_and_its_outage_is_blindness()
    {
        var live = LightMachines.NewRelease();
        await _fleet.DeployAsync(await LightStore.BuildAsync(_fleet.Artifacts, new LightBehaviour { Build = "1" }), live);
        await using var traffic = new OpenLoop(
            [new TrafficKind("GET", 100, _ => new HttpRequestMessage(HttpMethod.Get, new Uri(_fleet.Environment.Api.Url, "/store/products")))], TimeSpan.FromMinutes(10));
        using var client = new HttpClient();
        await Wait.UntilAsync("Prometheus has seen HAProxy", async () => await HasScrapedAsync(client));

        // A bad release: its verdict comes from what Prometheus counted.
        var bad = LightMachines.NewRelease();
        var judged = Canary(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(30));
        var failure = await Should.ThrowAsync<OperationException>(() => StartAsync(judged, bad, new LightBehaviour { Errors = 0.5 }));
        failure.ExitCode.ShouldBe(ExitCodes.FailedAndUndone, failure.Explain());
        CanaryFailure.Ended(failure)!.End.ShouldBe(CanaryEnd.Bad);
        await ShouldBeAllOnAsync(live);

        // Prometheus goes down in the middle of a healthy one.
        var release = LightMachines.NewRelease();
        var canary = Canary(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(6));
        var running = StartAsync(canary, release, new LightBehaviour { Build = "2" });
        await Wait.UntilAsync("the canary has counts", () => Task.FromResult(running.IsCompleted || canary.Views.ToArray().Any(view => view.Canary.Requests > 20)));
        await RootAsync("systemctl stop prometheus");

        failure = await Should.ThrowAsync<OperationException>(() => running);

        CanaryFailure.Of(failure).ExitCode.ShouldBe(ExitCodes.Inconclusive, failure.Explain());
        failure.Message.ShouldContain("That says nothing about the release");
        canary.Views.ShouldContain(view => view.Verdict.Outcome == Outcome.Blind);
        canary.Views.ShouldNotContain(view => view.Verdict.Outcome == Outcome.Pass);
        (await _fleet.Book.ReadAsync(CancellationToken.None)).ShouldNotContain(record => record.Release == release.Text);
        await ShouldBeAllOnAsync(live);
    }

    private Uri Prometheus => new($"http://{_fleet.Environment.Balancer.Host.Address}:9090");

    private CanaryFleet Canary(TimeSpan dwell, TimeSpan blind) => new(_fleet, new Silence())
    { Settings = CanaryTests.Quick with { FalseAlarm = 0.01, Dwell = dwell, Prometheus = new PrometheusSettings { Url = Prometheus } }, Terms = new() { BlindLimit = blind } };

    private async Task<bool> HasScrapedAsync(HttpClient client)
    {
        try
        {
            return (await client.GetStringAsync(new Uri(Prometheus, "/api/v1/query?query=haproxy_server_http_responses_total"))).Contains("\"server\"", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task StartAsync(CanaryFleet canary, ReleaseId release, LightBehaviour behaviour) =>
        await canary.RunAsync(await LightStore.BuildAsync(_fleet.Artifacts, behaviour), release);

    private async Task RootAsync(string script) => (await _fleet.AsRootAsync(_fleet.Environment.Balancer.Host, script)).OrFail("root");

    private async Task ShouldBeAllOnAsync(ReleaseId release) =>
        await Wait.UntilAsync("every instance is on the release", async () => (await _fleet.StateAsync()).SequenceEqual(LightFleet.All(release)));
}
