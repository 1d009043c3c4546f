using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Storefront.Bundles;
using OpticWorks.Operations.Storefront.Cloudflare;

namespace OpticWorks.Operations.Storefront.Uploads;

/// <summary>Versions made by the real wrangler. One that is there already, by its label, is not made again.</summary>
public sealed class WorkerUpload(WranglerSettings settings, CloudflareApi api, CloudflareLimits limits, INarrator narrator)
{
    private const string Again = "run the same command again: what was uploaded is found by its label";

    /// <summary>Where sizes are remembered, so that each content is bundled once; null: nowhere.</summary>
    public WorkerSizes? Sizes { get; init; }

    /// <summary>Bundles as wrangler would and weighs the result. Nothing leaves this computer.</summary>
    public async Task<WorkerSize> WeighAsync(StorefrontBundle bundle, CancellationToken cancellationToken)
    {
        var name = bundle.Archive is null ? null : WorkerSizes.Name(bundle.Archive, settings.Wrangler.Version, settings.Environment);
        if (name is not null && Sizes?.Find(name) is { } known)
            return known;
        var size = await BundleAsync(bundle, cancellationToken).ConfigureAwait(false);
        if (name is not null)
            Sizes?.Remember(name, size);
        return size;
    }

    private async Task<WorkerSize> BundleAsync(StorefrontBundle bundle, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(bundle.Directory, ".wrangler", "rehearsal");
        var result = await RunAsync(settings.Rehearse(bundle.Directory, folder), "The Worker could not be bundled", cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded)
        {
            throw OperationException.Preflight("wrangler cannot bundle the Worker", "mend it, then ./build.sh Build", $"{settings.Wrangler.Name} {settings.Wrangler.Version}", result.Tail());
        }

        return WorkerSize.Measure(folder, bundle.AssetFolder);
    }

    /// <summary>A Worker that exists, so that versions can be uploaded: it answers 503 until a version gets traffic.</summary>
    /// <returns>The version's id.</returns>
    public async Task<string> CreateAsync(string directory, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        await File.WriteAllTextAsync(Path.Combine(directory, "worker.js"), Placeholder.Code, cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(directory, "wrangler.json"), Placeholder.Configuration(settings.Worker), cancellationToken).ConfigureAwait(false);
        var output = await WriteAsync(directory, path => settings.Create(directory, path, Placeholder.Message), $"The Worker {settings.Worker} could not be created", cancellationToken).ConfigureAwait(false);
        return output.VersionId!;
    }

    /// <returns>The version's id.</returns>
    /// <param name="bundle">Where wrangler runs.</param>
    public async Task<string> UploadAsync(
        StorefrontBundle bundle, VersionLabel label, IReadOnlyDictionary<string, string> variables, WorkerSecrets secrets, CancellationToken cancellationToken)
    {
        if (await FindAsync(label, cancellationToken).ConfigureAwait(false) is { } known)
            return known;
        var output = await WriteAsync(bundle.Directory, path => settings.Upload(bundle.Directory, path, label.Tag, label.Message, variables, secrets),
            $"{label.Release} could not be uploaded", cancellationToken).ConfigureAwait(false);
        return output.VersionId!;
    }

    /// <summary>The newest version with a label; null: there is none.</summary>
    public async Task<string?> FindAsync(VersionLabel label, CancellationToken cancellationToken) =>
        VersionLabel.Find(await api.VersionsAsync(cancellationToken).ConfigureAwait(false), label)?.Id;

    private async Task<WranglerOutput> WriteAsync(string directory, Func<string, LocalCommand> command, string failure, CancellationToken cancellationToken)
    {
        var path = Path.Combine(directory, $"wrangler-{Guid.NewGuid():n}.ndjson");
        var result = await RunAsync(command(path), failure, cancellationToken).ConfigureAwait(false);
        var output = WranglerOutput.Read(File.Exists(path) ? await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false) : "");
        if (!result.Succeeded || string.IsNullOrEmpty(output.VersionId))
        {
            throw new OperationException(failure, ExitCodes.Engine)
            {
                Where = $"wrangler {settings.Wrangler.Version} ({End(result.ExitCode)})",
                Seen = Told(output.Failure, result.Tail()),
                Next = Again,
            };
        }

        if (output.Worker is { Length: > 0 } worker && worker != settings.Worker)
            throw new OperationException($"wrangler acted on {worker}, not on {settings.Worker}", ExitCodes.Engine) { Where = $"wrangler {settings.Wrangler.Version}" };
        return output;
    }

    private async Task<ProcessResult> RunAsync(LocalCommand command, string failure, CancellationToken cancellationToken)
    {
        try
        {
            return await LocalProcess.RunAsync(command with { Limit = limits.Upload }, line => narrator.Detail("wrangler", line), cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException e) when (e.ExitCode == ExitCodes.Engine)
        {
            throw new OperationException($"{failure}: wrangler did not end within {limits.Upload.TotalSeconds:0.#} s, and was ended", ExitCodes.Engine, e)
            { Where = $"wrangler {settings.Wrangler.Version}", Seen = e.Seen, Next = $"see whether Cloudflare's API answers; {Again}" };
        }
    }

    /// <summary>What wrangler wrote down, and what it printed: the API's own words stand only there.</summary>
    private static string Told(string? failure, string printed) =>
        failure is null || printed.Contains(failure, StringComparison.Ordinal) ? printed : $"{failure}\n{printed}".TrimEnd();

    private static string End(int exitCode) => exitCode switch
    {
        0 => "it says that it ended well, and names no version",
        > 128 => $"ended by signal {exitCode - 128}",
        _ => $"exit {exitCode}",
    };
}
