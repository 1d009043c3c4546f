using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>A lock among processes of this computer, kept by the kernel: it ends with its holder, however that ends.</summary>
internal static class FolderLock
{
    /// <summary>Takes it; says after a moment that it waits, and for what.</summary>
    /// <param name="path">The lock's file; its folder is made.</param>
    /// <param name="what">What another holder is doing, for example "another up or down of this environment".</param>
    /// <exception cref="OperationException">Still held after <paramref name="limit"/> (exit 3).</exception>
    public static async Task<IDisposable> TakeAsync(
        string path, string what, TimeSpan limit, INarrator narrator, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var said = false;
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (CacheFolder.IsHeld(e))
            {
                if (clock.Elapsed > limit)
                {
                    throw new OperationException($"{what} has not ended for {limit.TotalSeconds:0} s.", ExitCodes.Locked)
                    { Where = path, Next = "wait for it, or end it, then try again" };
                }

                if (!said && clock.Elapsed > TimeSpan.FromSeconds(1))
                {
                    narrator.Say("machines", $"waiting for {what}, at most {limit.TotalSeconds:0} s");
                    said = true;
                }

                await Task.Delay(50, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
