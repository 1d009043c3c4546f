using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>The local edge as it is now.</summary>
/// <param name="Api">Base of the stand-in for Cloudflare's API; null while it is down.</param>
/// <param name="Url">Where the deployed versions answer; null while it is down.</param>
public sealed record EdgeStatus(bool Running, Uri? Api, Uri? Url, DateTimeOffset? Since, int? Pid);

/// <summary>
/// A stand-in for Cloudflare's Workers: an API that satisfies the pinned wrangler and keeps what it uploads, and an edge that
/// runs each deployed version in a real workerd and splits requests by the deployed percentages, with version overrides and
/// affinity. Both serve on 127.0.0.1 from one Node program (Program/edge.cjs) on the pinned wrangler's own miniflare. It needs
/// no network and lives on without this program; uploads survive it. Facts, one JSON line each, are in request.log (with the
/// version that answered), api.log and worker.log of the folder. Nothing of it was ever compared with Cloudflare itself.
/// </summary>
/// <param name="directory">Absolute; holds options, logs and everything uploaded, secrets included.</param>
/// <param name="faults">Whether tests may ask it for faults (Program/faults.cjs).</param>
public sealed class LocalEdge(string directory, LocalSecrets secrets, ToolSource tools, INarrator narrator, bool faults = false)
{
    /// <summary>The only account that its API knows.</summary>
    public const string Account = "10ca10ca10ca10ca10ca10ca10ca10ca";

    /// <summary>The secret that its API accepts as token.</summary>
    public const string TokenSecret = "cloudflare-token";

    /// <summary>Every process of the edge carries it in its environment, so that all are found even when their parents have gone.</summary>
    private const string Mark = "OPTICWORKS_LOCAL_EDGE";

    private const string Resources = "edge/";

    // A loaded computer takes its time; that it has ended is noticed at once.
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromMinutes(2);

    private readonly DetachedService _service = new(directory, "local edge", Mark, "edge.log");

    /// <summary>Where the deployed versions answer: chosen once, so that it can stand in the environment.</summary>
    public int Port => Chosen("port");

    public Uri Url => new($"http://127.0.0.1:{Port}/");

    /// <summary>Base of the API, as wrangler's CLOUDFLARE_API_BASE_URL takes it.</summary>
    public Uri Api => new($"http://127.0.0.1:{Chosen("api-port")}/client/v4");

    /// <summary>One JSON line for each request: time, worker, version, by (split, affinity, override), method, path, status, ms.</summary>
    public string RequestLog => Path.Combine(directory, "request.log");

    public EdgeStatus Status() => _service.Running is { } process
        ? new EdgeStatus(true, Api, Url, process.Since, process.Pid)
        : new EdgeStatus(false, null, null, null, null);

    /// <summary>Starts it unless it answers, and waits until it does. Versions that are deployed answer as soon as their workerd runs.</summary>
    /// <exception cref="OperationException">It does not answer in time (6); shows the end of its log.</exception>
    public async Task UpAsync(CancellationToken cancellationToken = default)
    {
        if (_service.Running is not null && await AnswersAsync(cancellationToken).ConfigureAwait(false))
            return;
        await DownAsync(cancellationToken).ConfigureAwait(false);
        var wrangler = await tools(PinnedProgram.Wrangler, cancellationToken).ConfigureAwait(false);
        var clock = Stopwatch.StartNew();
        Prepare();
        for (var tries = 1; ; tries++)
        {
            Move("port");
            Move("api-port");
            WriteOptions(wrangler);
            if (await _service.StartAsync(Command(wrangler), AnswersAsync, ReadyLimit, Url.Authority, cancellationToken).ConfigureAwait(false))
                break;
            // Between the choice of a free port and its use, it can become somebody else's.
            if (tries == 3 || (LoopbackPort.IsFree(Port) && LoopbackPort.IsFree(Api.Port)))
                throw _service.NotReady("ended while it started", clock.Elapsed, Url.Authority);
        }

        narrator.Say("edge", $"workers answer on {Url}, their API on {Api}, after {clock.Elapsed.TotalSeconds:0.0} s");
    }

    /// <summary>Ends all of its processes. The uploads stay until the folder goes.</summary>
    public Task DownAsync(CancellationToken cancellationToken = default) => _service.DownAsync(cancellationToken);

    private LocalCommand Command(Tool wrangler) => new(wrangler.Path, Path.Combine(directory, "program", "edge.cjs"), OptionsFile)
    {
        Environment = new Dictionary<string, string?>(wrangler.Environment)
        {
            // Its own home and temporary folder: nothing is written outside of the folder, whatever kills it.
            ["HOME"] = directory,
            ["XDG_CONFIG_HOME"] = Path.Combine(directory, ".config"),
            ["TMPDIR"] = Path.Combine(directory, "tmp"),
            ["NODE_OPTIONS"] = null,
        },
    };

    private string OptionsFile => Path.Combine(directory, "options.json");

    private void Prepare()
    {
        PrivateFile.CreateFolder(directory);
        var temporary = Path.Combine(directory, "tmp");
        if (Directory.Exists(temporary))
            Directory.Delete(temporary, recursive: true);
        Directory.CreateDirectory(temporary);
        var program = Directory.CreateDirectory(Path.Combine(directory, "program")).FullName;
        var assembly = typeof(LocalEdge).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Resources, StringComparison.Ordinal)))
        {
            using var resource = assembly.GetManifestResourceStream(name)!;
            using var file = File.Create(Path.Combine(program, name[Resources.Length..]));
            resource.CopyTo(file);
        }
    }

    private void WriteOptions(Tool wrangler) => PrivateFile.Write(OptionsFile, JsonSerializer.SerializeToUtf8Bytes(new
    {
        folder = directory,
        port = Port,
        apiPort = Api.Port,
        account = Account,
        tokenFile = secrets.File(TokenSecret),
        wrangler = wrangler.Leading[0],
        faults,
    }));

    /// <summary>Whether this very edge answers: it tells the folder that it serves.</summary>
    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        try
        {
            var answer = await client.GetFromJsonAsync<JsonElement>(new Uri(Api, "/"), cancellationToken).ConfigureAwait(false);
            return answer.TryGetProperty("folder", out var folder) && folder.GetString() == directory;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>The port of a file; chosen when there is none.</summary>
    private int Chosen(string name)
    {
        var file = Path.Combine(directory, name);
        if (File.Exists(file) && int.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var port))
            return port;
        PrivateFile.CreateFolder(directory);
        port = LoopbackPort.Free();
        File.WriteAllText(file, $"{port}");
        return port;
    }

    /// <summary>Chooses another port when somebody else listens on it now.</summary>
    private void Move(string name)
    {
        var port = Chosen(name);
        if (LoopbackPort.IsFree(port))
            return;
        narrator.Warn("edge", $"port {port} is taken by another program now; the edge moves");
        File.Delete(Path.Combine(directory, name));
    }
}
