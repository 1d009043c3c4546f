using System.Collections.Concurrent;

namespace OpticWorks.Operations.Storefront.Images;

/// <summary>
/// Brings a folder's images to Cloudflare Images and writes the map that the storefront reads. Whatever ends it, the map is true: it names images that are
/// there. Nothing is ever removed from Cloudflare. It changes neither releases nor traffic, so it needs no lease; two at once do the same.
/// </summary>
public sealed class ImageSync(ImagesApi api, string folder, string mapFile, INarrator narrator)
{
    private const int AtOnce = 4;

    /// <summary>Looks and decides.</summary>
    /// <exception cref="OperationException">No such folder (2); a file that would not be taken, a file in the map's place that is none (4); Cloudflare refused.</exception>
    public async Task<ImagePlan> LookAsync(CancellationToken cancellationToken)
    {
        var before = ImageMap.ReadFile(mapFile);
        var files = ImageFolder.Read(folder, cancellationToken);
        var plan = ImagePlan.Of(files, before, await api.ListAsync(cancellationToken).ConfigureAwait(false));
        narrator.Say("images", FormattableString.Invariant(
            $"{Count(files.Count, "file")}, {plan.Uploads.Count} to upload ({plan.Uploads.Sum(file => file.Length) / 1048576.0:0.0} MiB), {plan.Changed.Count()} new or changed in the map, {plan.Gone.Count()} gone from it"));
        return plan;
    }

    /// <summary>Uploads what is missing and writes the map.</summary>
    /// <exception cref="OperationException">An upload failed (5), or it was interrupted (130): what is there already is in the map.</exception>
    public async Task RunAsync(ImagePlan plan, CancellationToken cancellationToken)
    {
        var uploaded = new ConcurrentDictionary<string, string>();
        try
        {
            await Parallel.ForEachAsync(plan.Uploads, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (file, token) =>
            {
                uploaded[file.Id] = await api.UploadAsync(file, Path.Combine(folder, file.Path), token).ConfigureAwait(false);
                narrator.Say("images", FormattableString.Invariant($"{file.Path}  uploaded, {file.Length / 1024.0:0.0} KiB"));
            }).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationException or OperationCanceledException or IOException)
        {
            plan.After(uploaded).WriteFile(mapFile);
            throw Ended(e, uploaded.Count, plan.Uploads.Count, cancellationToken.IsCancellationRequested);
        }

        var written = plan.After(uploaded).WriteFile(mapFile);
        narrator.Say("images", written ? $"{mapFile} written: {Count(plan.Files.Count, "image")}" : $"{mapFile} is up to date");
    }

    private static OperationException Ended(Exception cause, int done, int all, bool interrupted)
    {
        var why = cause as OperationException;
        return new OperationException(interrupted ? "SyncImages was interrupted" : $"SyncImages failed: {cause.Message}",
            interrupted ? ExitCodes.Interrupted : why is { ExitCode: ExitCodes.Configuration } && done == 0 ? ExitCodes.Configuration : ExitCodes.FailedAndUndone, cause)
        {
            Where = why?.Where,
            Seen = why?.Seen,
            Undone = $"nothing needs to be: {done} of {Count(all, "image")} are uploaded and stay; the map names only what is there",
            Next = why?.Next ?? "run the same command again: it goes on with what is missing",
        };
    }

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
