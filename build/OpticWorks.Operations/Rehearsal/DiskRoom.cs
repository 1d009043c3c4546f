namespace OpticWorks.Operations.Rehearsal;

internal static class DiskRoom
{
    /// <summary>Refuses when the file system of a folder has less room than needed (exit 4).</summary>
    /// <param name="bytes">Room that the work needs.</param>
    /// <param name="what">What needs it, for example "the machines' image".</param>
    public static void Require(string folder, long bytes, string what)
    {
        Directory.CreateDirectory(folder);
        var free = new DriveInfo(folder).AvailableFreeSpace;
        if (free < bytes)
        {
            throw OperationException.Preflight($"Not enough room for {what}: {bytes >> 20} MiB are needed.",
                next: "free some room, or choose another folder", where: folder, seen: $"{free >> 20} MiB are free");
        }
    }
}
