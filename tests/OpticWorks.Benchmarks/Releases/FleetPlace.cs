using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Acceptance.Releases;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Benchmarks.Releases;

/// <summary>A light fleet for one measurement; gone when it is disposed.</summary>
internal sealed class FleetPlace : IAsyncDisposable
{
    private readonly LocalPlace _place = new();
    private int _releases;

    private FleetPlace()
    {
    }

    public LightFleet Fleet { get; private set; } = null!;

    public LocalEnvironment Local => Fleet.Local;

    /// <param name="more">Machines beside lb and api-1 to api-N.</param>
    public static async Task<FleetPlace> UpAsync(int hosts, IReadOnlyList<MachineSpec>? more = null, MachineImageRecipe? recipe = null)
    {
        var place = new FleetPlace();
        await place._place.InitializeAsync();
        var local = place._place.New($"fleet-{hosts}", machines: [.. LightFleet.Machines(hosts), .. more ?? []], recipe: recipe);
        place.Fleet = new LightFleet(local, hosts, new Silence());
        await place.Fleet.UpAsync();
        return place;
    }

    /// <summary>Puts a build of the light backend on every instance.</summary>
    public async Task<ReleaseId> DeployAsync(string build)
    {
        var artifact = await LightStore.BuildAsync(Fleet.Artifacts, new LightBehaviour { Build = build });
        return await Fleet.DeployAsync(artifact, ReleaseId.New(DateTimeOffset.UtcNow.AddSeconds(++_releases), "1234567"));
    }

    public TrafficKind Get(double perSecond, string path = "/read") =>
        new("GET", perSecond, _ => new HttpRequestMessage(HttpMethod.Get, new Uri(Fleet.Environment.Api.Url, path)));

    /// <summary>Orders, each with a name that the backend writes down when it acts.</summary>
    public TrafficKind Post(double perSecond, int milliseconds, string run) => new("POST", perSecond,
        n => new HttpRequestMessage(HttpMethod.Post, new Uri(Fleet.Environment.Api.Url, $"/orders?ms={milliseconds}&id={run}-{n}")));

    /// <summary>The orders that backends acted on, in no order; twice when twice.</summary>
    public async Task<IReadOnlyList<string>> OrdersAsync(string run)
    {
        var found = new List<string>();
        foreach (var host in Fleet.Environment.Hosts)
        {
            var answer = await Local.SshAsync(host.Name, "cat /opt/medusa/shared/uploads/orders-*.log 2>/dev/null || true");
            found.AddRange(answer.Output.Split('\n').Where(line => line.StartsWith($"{run}-", StringComparison.Ordinal)));
        }

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        await Fleet.CloseAsync();
        await _place.DisposeAsync();
    }
}
