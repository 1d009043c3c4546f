using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Storefront.Uploads;

/// <summary>How wrangler reaches the account. What is secret goes into its environment.</summary>
/// <param name="Worker">The Worker's name; it counts, whatever the configuration's own is.</param>
/// <param name="Environment">Environment of wrangler's configuration; null: its top level.</param>
public sealed record WranglerSettings(Tool Wrangler, Uri Api, string Account, string Token, string Worker, string? Environment)
{
    public static WranglerSettings Of(Tool wrangler, StorefrontSettings storefront, string token) =>
        new(wrangler, storefront.Api, storefront.Account!, token, storefront.Worker, storefront.WranglerEnvironment);

    /// <summary>What wrangler would send, bundled into a folder; asks nobody.</summary>
    public LocalCommand Rehearse(string directory, string folder) => Of(directory, Path.Combine(directory, "rehearsal.ndjson"),
        ["versions", "upload", "--dry-run", "--outdir", folder, .. Where]);

    /// <summary>Uploads a version that gets no traffic.</summary>
    /// <param name="variables">Public values that the Worker's code sees.</param>
    public LocalCommand Upload(string directory, string output, string tag, string message, IReadOnlyDictionary<string, string> variables, WorkerSecrets secrets)
    {
        List<string> arguments = ["versions", "upload", .. Where, "--tag", tag, "--message", message];
        foreach (var (name, value) in variables.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            arguments.AddRange(["--var", $"{name}:{value}"]);
        if (secrets.Any)
            arguments.AddRange(["--secrets-file", "/dev/stdin"]);
        return Of(directory, output, arguments) with { StandardInput = secrets.Any ? secrets.Write() : null };
    }

    /// <summary>The first deployment of a Worker, which versions need to be uploaded to.</summary>
    public LocalCommand Create(string directory, string output, string message) => Of(directory, output, ["deploy", "--message", message]);

    private IEnumerable<string> Where => Environment is null ? [] : ["--env", Environment];

    private LocalCommand Of(string directory, string output, IReadOnlyList<string> arguments)
    {
        var command = Wrangler.Command(arguments);
        return command with
        {
            WorkingDirectory = directory,
            Apart = true,
            Environment = new Dictionary<string, string?>(command.Environment)
            {
                ["CI"] = "true",
                ["NO_COLOR"] = "1",
                ["FORCE_COLOR"] = null,
                ["WRANGLER_SEND_METRICS"] = "false",
                ["WRANGLER_SEND_ERROR_REPORTS"] = "false",
                ["WRANGLER_HIDE_BANNER"] = "true",
                ["WRANGLER_LOG"] = null,
                ["WRANGLER_LOG_PATH"] = Path.Combine(directory, ".wrangler", "logs"),
                ["WRANGLER_OUTPUT_FILE_PATH"] = output,
                ["WRANGLER_OUTPUT_FILE_DIRECTORY"] = null,
                ["WRANGLER_CI_OVERRIDE_NAME"] = Worker,
                ["WRANGLER_CI_MATCH_TAG"] = null,
                ["CLOUDFLARE_ENV"] = null,
                ["CLOUDFLARE_API_BASE_URL"] = Api.AbsoluteUri.TrimEnd('/'),
                ["CLOUDFLARE_ACCOUNT_ID"] = Account,
                ["CLOUDFLARE_API_TOKEN"] = Token,
                ["CLOUDFLARE_API_KEY"] = null,
                ["CLOUDFLARE_EMAIL"] = null,
            },
        };
    }
}
