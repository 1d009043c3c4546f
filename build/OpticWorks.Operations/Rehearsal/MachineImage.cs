using System.Collections.Concurrent;
using System.Diagnostics;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>The one file tree that all machines start from: built once a recipe and kept in the cache.</summary>
/// <param name="cacheDirectory">Absolute; images are in its folder "images", one a recipe.</param>
public sealed class MachineImage(string cacheDirectory, MachineImageRecipe recipe, ToolSource tools, INarrator narrator)
{
    /// <summary>An image that was not used for so long is removed when another one is built.</summary>
    public static readonly TimeSpan KeptUnused = TimeSpan.FromDays(14);

    // Bootstrapping and installing take about 45 s on two cores; a slow mirror may need much longer.
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(20);

    private const long RoomToBuild = 2L << 30;

    private string Images => Path.Combine(cacheDirectory, "images");

    private string LockFile => Path.Combine(Images, "lock");

    /// <summary>The finished tree; exists only when it is complete.</summary>
    public string Tree => Path.Combine(Images, recipe.Key);

    public bool Exists => Directory.Exists(Tree);

    /// <summary>Refuses when a build would be needed and there is no room for it (exit 4).</summary>
    public void RequireRoom()
    {
        if (!Exists)
            DiskRoom.Require(Images, RoomToBuild, "the machines' image");
    }

    /// <summary>The tree, built first if this recipe has none yet.</summary>
    /// <exception cref="OperationException">Not enough room (4), or a step of the build failed (2); nothing half-made stays.</exception>
    public async Task<string> EnsureAsync(CancellationToken cancellationToken = default)
    {
        if (!Exists)
        {
            var privilege = await Privilege.RequireAsync(cancellationToken).ConfigureAwait(false);
            using var only = await FolderLock.TakeAsync(
                Path.Combine(Images, "builds.lock"), "another build of the machines' image", BuildLimit, narrator, cancellationToken)
                .ConfigureAwait(false);
            if (!Exists)
                await BuildAsync(privilege, cancellationToken).ConfigureAwait(false);
        }

        await File.WriteAllTextAsync(UsedFile(recipe.Key), DateTimeOffset.UtcNow.ToString("O"), cancellationToken).ConfigureAwait(false);
        return Tree;
    }

    private async Task BuildAsync(Privilege privilege, CancellationToken cancellationToken)
    {
        RequireRoom();
        await RemoveAsync(privilege, [.. LeftOvers(), .. Unused()]).ConfigureAwait(false);
        var debootstrap = await tools(PinnedProgram.Debootstrap, cancellationToken).ConfigureAwait(false);
        var mirror = await MirrorAsync(cancellationToken).ConfigureAwait(false);
        var log = Path.Combine(Images, $"{recipe.Key}.log");
        narrator.Say("image", $"building {recipe.Key} ({recipe.Suite}, PostgreSQL 17, HAProxy, Redis 7): once, about 45 s; log {log}");
        var clock = Stopwatch.StartNew();
        var lines = new ConcurrentQueue<string>();
        try
        {
            var result = await privilege.RunAsync("Building the machines' image", MachineImageScripts.Guard, Values(debootstrap, mirror),
                BuildLimit, Line, cancellationToken).ConfigureAwait(false);
            if (!result.Succeeded || !Exists)
                throw Failure(lines, log);
        }
        finally
        {
            await File.WriteAllLinesAsync(log, lines, CancellationToken.None).ConfigureAwait(false);
            await RemoveAsync(privilege, LeftOvers()).ConfigureAwait(false);
        }

        await File.WriteAllTextAsync(Path.Combine(Images, $"{recipe.Key}.recipe"), recipe.Text, cancellationToken).ConfigureAwait(false);
        narrator.Say("image", $"{recipe.Key} built in {clock.Elapsed.TotalSeconds:0.0} s");

        void Line(string line)
        {
            lines.Enqueue(line);
            if (line.StartsWith("@ ", StringComparison.Ordinal))
                narrator.Say("image", line[2..]);
            else
                narrator.Detail("image", line);
        }
    }

    private IReadOnlyList<string> Values(Tool debootstrap, string mirror)
    {
        var self = ProcessStamp.Read(Environment.ProcessId)
            ?? throw new InvalidOperationException("/proc does not show this process.");
        return
        [
            LockFile, $"{self.Pid}", $"{self.Started}", MachineImageScripts.Build,
            Path.Combine(Images, $".building-{recipe.Key}"), Tree, recipe.Suite, mirror, string.Join(',', recipe.Base),
            string.Join(' ', recipe.Packages), recipe.RedisSuite, string.Join(' ', recipe.RedisPackages),
            string.Join(' ', recipe.Disabled), string.Join(' ', recipe.Masked), .. debootstrap.Words(),
        ];
    }

    /// <summary>The mirror of this computer; empty on one that is no Debian and names none: debootstrap knows one itself.</summary>
    private static async Task<string> MirrorAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await DebianMirror.OfThisMachineAsync(cancellationToken).ConfigureAwait(false)).Archive;
        }
        catch (OperationException)
        {
            return "";
        }
    }

    private static OperationException Failure(IEnumerable<string> lines, string log) =>
        OperationException.Configuration("The machines' image could not be built; nothing half-made was kept.",
            next: "check that this computer reaches its package mirror, then run the command again",
            where: log, seen: string.Join('\n', lines.TakeLast(15)));

    private async Task RemoveAsync(Privilege privilege, IReadOnlyList<string> folders)
    {
        if (folders.Count == 0)
            return;
        var result = await privilege.RunAsync("Removing images", MachineImageScripts.Remove, [LockFile, .. folders], TimeSpan.FromMinutes(5))
            .ConfigureAwait(false);
        result.OrFail("An image could not be removed", ExitCodes.Configuration, next: "see what holds it: fuser -vm FOLDER");
        foreach (var folder in folders)
            narrator.Detail("image", $"removed {folder}");
    }

    private IReadOnlyList<string> LeftOvers() =>
        Directory.Exists(Images) ? Directory.GetDirectories(Images, ".building-*") : [];

    private IReadOnlyList<string> Unused()
    {
        var mounted = File.ReadAllText("/proc/self/mountinfo");
        return [.. Directory.GetDirectories(Images)
            .Where(tree => tree != Tree && !Path.GetFileName(tree).StartsWith('.'))
            .Where(tree => !mounted.Contains($"lowerdir={tree},", StringComparison.Ordinal))
            .Where(tree => File.GetLastWriteTimeUtc(UsedFile(Path.GetFileName(tree))) < DateTime.UtcNow - KeptUnused)];
    }

    // A missing file counts as written in 1601: an image that nothing ever used.
    private string UsedFile(string key) => Path.Combine(Images, $"{key}.used");
}
