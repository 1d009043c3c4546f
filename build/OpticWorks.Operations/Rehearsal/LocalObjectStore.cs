using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>The local object store as it is now.</summary>
/// <param name="Endpoint">Base of its S3 API, path style, region "auto"; null before its first start.</param>
public sealed record ObjectStoreStatus(bool Running, Uri? Endpoint, DateTimeOffset? Since, int? Pid);

/// <summary>
/// Cloudflare's own local R2 with its S3 API, served by <c>wrangler dev</c> on 127.0.0.1. It needs no network and lives on
/// without this program. The API is marked experimental: wrangler stays pinned.
/// </summary>
/// <param name="directory">Absolute; holds configuration, log and objects.</param>
public sealed class LocalObjectStore(string directory, LocalSecrets secrets, ToolSource tools, INarrator narrator)
{
    public const string ArtifactBucket = "opticworks-artifacts-local";

    public const string BackupBucket = "opticworks-backups-local";

    /// <summary>Every process of the store carries it in its environment, so that all are found even when their parents have gone.</summary>
    private const string Mark = "OPTICWORKS_LOCAL_OBJECTS";

    // A loaded computer takes its time; that it has ended is noticed at once.
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromMinutes(2);

    private readonly DetachedService _service = new(directory, "local object store", Mark, "wrangler.log");

    private string PortFile => Path.Combine(directory, "port");

    /// <summary>Base of the S3 API; null before the first start.</summary>
    public Uri? Endpoint => Port is { } port ? new Uri($"http://127.0.0.1:{port}/cdn-cgi/local/r2/s3") : null;

    private int? Port =>
        File.Exists(PortFile) && int.TryParse(File.ReadAllText(PortFile), CultureInfo.InvariantCulture, out var port) ? port : null;

    public ObjectStoreStatus Status() => _service.Running is { } process
        ? new ObjectStoreStatus(true, Endpoint, process.Since, process.Pid)
        : new ObjectStoreStatus(false, Endpoint, null, null);

    /// <summary>Starts it unless it answers, and waits until it does.</summary>
    /// <exception cref="OperationException">It does not answer in time (6); shows the end of its log.</exception>
    public async Task UpAsync(CancellationToken cancellationToken = default)
    {
        if (Status().Running && await AnswersAsync(cancellationToken).ConfigureAwait(false))
            return;
        await DownAsync(cancellationToken).ConfigureAwait(false);
        var wrangler = await tools(PinnedProgram.Wrangler, cancellationToken).ConfigureAwait(false);
        Directory.CreateDirectory(directory);
        var clock = Stopwatch.StartNew();
        WriteConfiguration();
        for (var tries = 1; !await StartAsync(wrangler, cancellationToken).ConfigureAwait(false); tries++)
        {
            // Between its choice and wrangler's use of it, a free port can become somebody else's.
            if (tries == 3 || LoopbackPort.IsFree(Port!.Value))
                throw _service.NotReady("ended while it started", clock.Elapsed, $"127.0.0.1:{Port}");
        }

        narrator.Say("objects", $"local R2 answers on {Endpoint} after {clock.Elapsed.TotalSeconds:0.0} s");
    }

    /// <returns>False: it has ended.</returns>
    private async Task<bool> StartAsync(Tool wrangler, CancellationToken cancellationToken)
    {
        var port = FreePort(Port);
        await File.WriteAllTextAsync(PortFile, $"{port}", cancellationToken).ConfigureAwait(false);
        return await _service.StartAsync(Command(wrangler, port), AnswersAsync, ReadyLimit, $"127.0.0.1:{port}", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends all of its processes. The objects stay until the folder goes.</summary>
    public Task DownAsync(CancellationToken cancellationToken = default) => _service.DownAsync(cancellationToken);

    private LocalCommand Command(Tool wrangler, int port) => new(wrangler.Path,
    [
        .. wrangler.Leading, "dev", "--local", "--ip", "127.0.0.1", "--port", $"{port}", "--inspector-port", "0",
        "--persist-to", Path.Combine(directory, "data"), "--show-interactive-dev-session=false", "--log-level", "error",
    ])
    {
        Environment = new Dictionary<string, string?>(wrangler.Environment)
        {
            // Its own home: no account of the user's is read, nothing is written outside of the folder.
            ["HOME"] = directory,
            ["XDG_CONFIG_HOME"] = Path.Combine(directory, ".config"),
            ["CI"] = "1",
            ["WRANGLER_SEND_METRICS"] = "false",
            ["WRANGLER_SEND_ERROR_REPORTS"] = "false",
            ["WRANGLER_HIDE_BANNER"] = "true",
            ["WRANGLER_WRITE_LOGS"] = "false",
            ["CLOUDFLARE_CF_FETCH_ENABLED"] = "false",
        },
    };

    private void WriteConfiguration()
    {
        object Bucket(string binding, string name) => new
        {
            binding,
            bucket_name = name,
            local_dev = new
            {
                experimental_s3_credentials = new
                {
                    accessKeyId = secrets.Read("r2-access-key"),
                    secretAccessKey = secrets.Read("r2-secret-key"),
                },
            },
        };
        var configuration = new
        {
            name = "opticworks-local-objects",
            main = "index.js",
            compatibility_date = "2026-01-01",
            r2_buckets = new[] { Bucket("ARTIFACTS", ArtifactBucket), Bucket("BACKUPS", BackupBucket) },
        };
        PrivateFile.Write(Path.Combine(directory, "wrangler.json"), JsonSerializer.SerializeToUtf8Bytes(configuration));
        File.WriteAllText(Path.Combine(directory, "index.js"),
            $"export default {{ fetch() {{ return new Response({JsonSerializer.Serialize(directory)}); }} }};\n");
    }

    /// <summary>Whether this very store answers: its Worker tells the folder that it serves.</summary>
    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        try
        {
            var answer = await client.GetStringAsync(new Uri($"http://127.0.0.1:{Port}/"), cancellationToken).ConfigureAwait(false);
            return answer == directory;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private int FreePort(int? wished)
    {
        if (wished is { } port)
        {
            if (LoopbackPort.IsFree(port))
                return port;
            narrator.Warn("objects", $"port {port} is taken by another program now; the object store moves");
        }

        return LoopbackPort.Free();
    }
}
