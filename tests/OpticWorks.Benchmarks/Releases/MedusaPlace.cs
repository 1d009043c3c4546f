using System.Text;
using System.Text.Json;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Benchmarks.Releases;

/// <summary>The sample store's Medusa on local machines, as Rehearse leaves it; gone when it is disposed.</summary>
internal sealed class MedusaPlace : IAsyncDisposable
{
    public const string NarrowRead = "/store/products?limit=1&fields=id,title";

    private readonly string _root;
    private readonly string _key;
    private readonly string _artifact;

    private MedusaPlace(string root, LocalEnvironment local, string key, string artifact)
    {
        (_root, Local, _key, _artifact) = (root, local, key, artifact);
        Api = new Uri($"http://{local.Lookup("lb")}:8080");
    }

    public LocalEnvironment Local { get; }

    public Uri Api { get; }

    /// <param name="more">Machines beside those of the store.</param>
    public static async Task<MedusaPlace> UpAsync(string root, IReadOnlyList<MachineSpec>? more = null, MachineImageRecipe? recipe = null)
    {
        var run = (await LocalProcess.RunAsync(Program(root, "Rehearse", "--quick", "--keep", "--output", "json"))).OrFail("Rehearse --quick --keep");
        using var document = JsonDocument.Parse(run.Output);
        var data = document.RootElement.GetProperty("data");
        var local = new LocalEnvironment(Path.Combine(root, ".nuke", "temp", "local"), LocalPlace.Cache, TestTools.In(LocalPlace.Cache), new Silence(),
            [.. MachineSpec.Store, .. more ?? []], recipe);
        var place = new MedusaPlace(root, local, data.GetProperty("product").GetProperty("publishableKey").GetString()!,
            data.GetProperty("artifact").GetProperty("digest").GetString()!);
        try
        {
            if (more is not null)
                await local.UpAsync();
            return place;
        }
        catch
        {
            await place.DisposeAsync();
            throw;
        }
    }

    public ArtifactManifest Artifact() => new ArtifactFolder(Path.Combine(_root, "artifacts", "store")).Find(_artifact)!;

    /// <summary>Runs a target against it, as people start it.</summary>
    public async Task<ProcessResult> RunAsync(string target) => (await TryAsync(target)).OrFail(target);

    /// <summary>The same, whatever its end. It gives way to the hosts (sched(7), autogroup), which elsewhere do not share a computer with who operates them.</summary>
    public Task<ProcessResult> TryAsync(string target)
    {
        var program = Program(_root, target, "--environment", "local");
        return LocalProcess.RunAsync(program with
        { Program = "setsid", Arguments = ["--wait", "bash", "-c", "echo 5 2> /dev/null > /proc/self/autogroup; exec \"$@\"", "operator", program.Program, .. program.Arguments] }, Console.Error.WriteLine);
    }

    public TrafficKind Get(string name, double perSecond, string path) => new(name, perSecond, _ => Request(HttpMethod.Get, path));

    /// <summary>Carts, each with a number of its own.</summary>
    public TrafficKind Post(double perSecond, string run) => new("POST carts", perSecond, n =>
    {
        var request = Request(HttpMethod.Post, "/store/carts");
        request.Content = new StringContent(JsonSerializer.Serialize(new { metadata = new { run, order = n } }), Encoding.UTF8, "application/json");
        return request;
    });

    public async ValueTask DisposeAsync() => await LocalProcess.RunAsync(Program(_root, "LocalDown"));

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(Api, path));
        request.Headers.Add("x-publishable-api-key", _key);
        return request;
    }

    private static LocalCommand Program(string root, params string[] words) => new(Path.Combine(root, "build.sh"), words) { WorkingDirectory = root, Limit = TimeSpan.FromMinutes(20) };
}
