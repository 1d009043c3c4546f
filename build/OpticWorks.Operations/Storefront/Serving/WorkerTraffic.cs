using OpticWorks.Operations.Storefront.Cloudflare;

namespace OpticWorks.Operations.Storefront.Serving;

/// <summary>Moves a Worker's traffic. What Cloudflare was told is read back before it counts, and nothing of somebody else's is overwritten.</summary>
/// <param name="guard">Fails when this process must not act any more (the lease is somebody else's).</param>
public sealed class WorkerTraffic(CloudflareApi api, CloudflareLimits limits, Func<CancellationToken, Task> guard)
{
    /// <summary>What gets the traffic now; null: there is no such Worker.</summary>
    public async Task<WorkerDeployment?> NowAsync(CancellationToken cancellationToken) =>
        (await api.DeploymentsAsync(cancellationToken).ConfigureAwait(false))?.FirstOrDefault();

    /// <summary>Brings a split about, once: when it is there already, nothing is sent.</summary>
    /// <param name="ours">Versions that this operation knows; traffic on any other is somebody else's.</param>
    /// <exception cref="OperationException">Somebody else has deployed; or Cloudflare refused, or does something else than it was told.</exception>
    public async Task SetAsync(VersionSplit split, IReadOnlyCollection<string> ours, string message, bool force, CancellationToken cancellationToken)
    {
        CloudflareException? last = null;
        for (var attempt = 1; attempt <= limits.Attempts; attempt++)
        {
            var now = await NowAsync(cancellationToken).ConfigureAwait(false);
            if (now is not null && split.Is(now))
                return;
            RequireOurs(now, ours);
            await guard(cancellationToken).ConfigureAwait(false);
            try
            {
                await api.DeployAsync(split.Shares, message, force, cancellationToken).ConfigureAwait(false);
                await ReadBackAsync(split, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (CloudflareException e) when (e.IsPassing)
            {
                // Whether it acted is seen at the next look.
                last = e;
                await Task.Delay(limits.Pause * Math.Pow(2, attempt - 1), cancellationToken).ConfigureAwait(false);
            }
        }

        if (await NowAsync(cancellationToken).ConfigureAwait(false) is { } end && split.Is(end))
            return;
        throw last!;
    }

    /// <summary>Fails when traffic is on a version that this operation does not know.</summary>
    public static void RequireOurs(WorkerDeployment? now, IReadOnlyCollection<string> ours)
    {
        if (now?.Versions.FirstOrDefault(share => !ours.Contains(share.VersionId)) is not { } foreign)
            return;
        throw new OperationException($"Somebody else has put traffic on version {foreign.VersionId}; it is left as it is", ExitCodes.Engine)
        {
            Seen = $"{VersionSplit.Show(now.Versions)}, deployed {now.Created.ToLocalTime():HH:mm:ss}{(now.By.Length > 0 ? $" by {now.By}" : "")}{(now.Message.Length > 0 ? $": {now.Message}" : "")}",
            Next = "./build.sh StorefrontVersions, with the same --environment",
        };
    }

    private async Task ReadBackAsync(VersionSplit split, CancellationToken cancellationToken)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var now = await NowAsync(cancellationToken).ConfigureAwait(false);
            if (now is not null && split.Is(now))
                return;
            if (clock.Elapsed > limits.ReadBack)
            {
                throw new OperationException($"Cloudflare took the deployment and does not show it within {limits.ReadBack.TotalSeconds:0.#} s", ExitCodes.Engine)
                { Where = api.Worker, Seen = $"wanted {split}; it shows {(now is null ? "nothing" : VersionSplit.Show(now.Versions))}" };
            }

            await Task.Delay(limits.Pause, cancellationToken).ConfigureAwait(false);
        }
    }
}
