using System.Text;
using System.Text.Json;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Benchmarks.Releases;

/// <summary>
/// The sample store's Medusa, deployed and rolled back by the program as people start it, under three kinds of traffic one after another: a narrow read at
/// 100/s, the default product list at 15/s, and the narrow read at 20/s with carts posted at 3/s.
/// </summary>
internal static class MedusaRolling
{
    public static async Task<int> RunAsync(string root)
    {
        var product = await RehearseAsync(root);
        try
        {
            Measurement.PrintMachine();
            var local = new LocalEnvironment(Path.Combine(root, ".nuke", "temp", "local"), LocalPlace.Cache, TestTools.In(LocalPlace.Cache), new Silence());
            var api = new Uri($"http://{local.Lookup("lb")}:8080");
            await RollAsync(root, "narrow read 100/s", Get(api, product, "GET narrow", 100, "/store/products?limit=1&fields=id,title"));
            await RollAsync(root, "product list 15/s", Get(api, product, "GET list", 15, "/store/products"));
            var run = $"run-{Guid.NewGuid():n}";
            var samples = await RollAsync(root, "narrow read 20/s and carts 3/s",
                Get(api, product, "GET narrow", 20, "/store/products?limit=1&fields=id,title"), Post(api, product, 3, run));
            var carts = await local.SshAsync("db", $"su postgres -c \"psql -tA -F ' ' medusa-local -c \\\"select count(*), count(distinct metadata->>'order') from cart where metadata->>'run' = '{run}'\\\"\"");
            Console.WriteLine($"  carts in the database, and distinct ones: {carts.Output.Trim()}; answered with 200: {samples.Count(sample => sample is { Kind: "POST carts", Status: 200 })}");
            return 0;
        }
        finally
        {
            await LocalProcess.RunAsync(Program(root, "LocalDown"));
        }
    }

    private static async Task<IReadOnlyList<TrafficSample>> RollAsync(string root, string name, params TrafficKind[] kinds)
    {
        // The first requests after a quiet time are slow whatever is deployed.
        await using (var warm = new OpenLoop(kinds.Select(kind => kind with { PerSecond = Math.Min(10, kind.PerSecond) }).Where(kind => kind.Name.StartsWith("GET", StringComparison.Ordinal)).ToArray(), TimeSpan.FromSeconds(5)))
            await Task.Delay(TimeSpan.FromSeconds(5));
        await using var traffic = new OpenLoop(kinds, TimeSpan.FromMinutes(10));
        await Task.Delay(TimeSpan.FromSeconds(10));
        var begin = traffic.Elapsed;
        var deploy = (await LocalProcess.RunAsync(Program(root, "DeployBackend", "--environment", "local"), Console.Error.WriteLine)).OrFail("DeployBackend");
        var back = (await LocalProcess.RunAsync(Program(root, "Rollback", "--environment", "local"), Console.Error.WriteLine)).OrFail("Rollback");
        var end = traffic.Elapsed;
        var samples = await traffic.EndAsync();
        Console.WriteLine($"{name}: DeployBackend {deploy.Duration.TotalSeconds:0.0} s, Rollback {back.Duration.TotalSeconds:0.0} s");
        foreach (var kind in samples.GroupBy(sample => sample.Kind))
        {
            Console.WriteLine($"  {kind.Key,-12} before  {TrafficSummary.Of(kind.Where(sample => sample.Due < begin))}");
            Console.WriteLine($"  {kind.Key,-12} during  {TrafficSummary.Of(kind.Where(sample => sample.Due >= begin && sample.Due <= end))}");
        }

        return samples;
    }

    private static TrafficKind Get(Uri api, string key, string name, double perSecond, string path) => new(name, perSecond, _ =>
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(api, path));
        request.Headers.Add("x-publishable-api-key", key);
        return request;
    });

    private static TrafficKind Post(Uri api, string key, double perSecond, string run) => new("POST carts", perSecond, n =>
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(api, "/store/carts"))
        { Content = new StringContent(JsonSerializer.Serialize(new { metadata = new { run, order = n } }), Encoding.UTF8, "application/json") };
        request.Headers.Add("x-publishable-api-key", key);
        return request;
    });

    /// <returns>The publishable key of the seeded store.</returns>
    private static async Task<string> RehearseAsync(string root)
    {
        var run = (await LocalProcess.RunAsync(Program(root, "Rehearse", "--quick", "--keep", "--output", "json"))).OrFail("Rehearse --quick --keep");
        using var document = JsonDocument.Parse(run.Output);
        return document.RootElement.GetProperty("data").GetProperty("product").GetProperty("publishableKey").GetString()!;
    }

    private static LocalCommand Program(string root, params string[] words) => new(Path.Combine(root, "build.sh"), words) { WorkingDirectory = root, Limit = TimeSpan.FromMinutes(20) };
}
