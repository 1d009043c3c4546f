namespace OpticWorks.Build.Workflows.Running;

/// <summary>What jobs hand on to each other, in a folder of this run: stands in for the two actions that GitHub has for it, because the job after would
/// have nothing to act with.</summary>
/// <param name="folder">Of this run.</param>
internal sealed class HandedOn(string folder)
{
    /// <summary>What was done in an action's place; null: nothing stands in for it.</summary>
    public string? StandInFor(string uses, IReadOnlyDictionary<string, string> with, string workspace)
    {
        if (!with.TryGetValue("name", out var name) || !with.TryGetValue("path", out var relative) || Path.GetFileName(name) != name)
            return null;
        var (here, there) = (Path.GetFullPath(relative, workspace), Path.Combine(folder, name));
        return uses.Split('@')[0] switch
        {
            "actions/upload-artifact" => Copy(here, there) is var count and > 0 ? $"stands in: {relative} is kept, {count} files" : $"stands in: there is no {relative}",
            "actions/download-artifact" => Copy(there, here) is var count and > 0 ? $"stands in: {relative} is brought, {count} files" : $"stands in: nothing was kept as {name}",
            _ => null,
        };
    }

    private static int Copy(string from, string to)
    {
        if (!Directory.Exists(from))
            return 0;
        var count = 0;
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
            count++;
        }

        return count;
    }
}
