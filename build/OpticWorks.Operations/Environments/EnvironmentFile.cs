using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpticWorks.Operations.Environments;

/// <summary>Reads <c>.nuke/environments/NAME.json</c> and reports all its mistakes at once.</summary>
public static class EnvironmentFile
{
    /// <summary>A larger file is not read: it is not an environment.</summary>
    public const int MaximumBytes = 1024 * 1024;

    private const string Directory = ".nuke/environments";

    /// <summary>The environments that have a file, in alphabetical order.</summary>
    /// <param name="rootDirectory">The root of the build.</param>
    public static IReadOnlyList<string> Names(string rootDirectory)
    {
        try
        {
            return [.. System.IO.Directory.EnumerateFileSystemEntries(Path.Combine(rootDirectory, Directory), "*.json")
                .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The environment, valid as a whole, its paths absolute.</summary>
    /// <param name="rootDirectory">The root of the build.</param>
    /// <param name="local">Fills <c>${local:KEY}</c>; null, or null for a key: the local environment is not up. Keys are
    /// those that .nuke/environments/local.json uses.</param>
    /// <param name="storeDirectory">The store's checkout, where an inventory is looked for first; null: the root.</param>
    /// <exception cref="EnvironmentFileException">The file has mistakes (exit 2).</exception>
    /// <exception cref="OperationException">There is no such environment, it cannot be read, the local environment is not up, or
    /// its inventory cannot be read (all exit 2).</exception>
    /// <remarks>Waits for ansible-inventory, at most <see cref="AnsibleInventory.Limit"/>, if the file names an inventory.</remarks>
    public static StoreEnvironment Load(
        string rootDirectory, string name, Func<string, string?>? local = null, string? storeDirectory = null,
        CancellationToken cancellationToken = default)
    {
        var bytes = Bytes(rootDirectory, name);
        return Parse(bytes, name, rootDirectory, local, inventory =>
        {
            var path = InventoryPath(inventory, rootDirectory, storeDirectory);
            return (path, AnsibleInventory.ReadAsync(path, cancellationToken).GetAwaiter().GetResult());
        });
    }

    /// <summary>The environment from the bytes of its file.</summary>
    /// <param name="readInventory">Finds and reads the inventory that the file names.</param>
    internal static StoreEnvironment Parse(
        byte[] bytes, string name, string rootDirectory, Func<string, string?>? local,
        Func<string, (string Path, AnsibleHosts Hosts)> readInventory)
    {
        var file = $"{Directory}/{name}.json";
        var (read, syntax) = JsonPlaceReader.Read(bytes);
        if (read is null)
            throw new EnvironmentFileException(file, [syntax!]);

        var mistakes = new Mistakes();
        var unknown = new SortedSet<string>(StringComparer.Ordinal);
        var isLocal = read["local"]?.Kind == JsonValueKind.True;
        if (!isLocal)
        {
            foreach (var place in LocalPlaceholder.Places(read))
                mistakes.Add(place, "holds ${local:…}, which only an environment with \"local\": true may use");
        }

        var root = LocalPlaceholder.Fill(read, key => isLocal ? local?.Invoke(key) : null, unknown);
        ObjectShape.Of(typeof(StoreEnvironment)).Check(root, mistakes);
        EnvironmentRules.Check(root, name, rootDirectory, mistakes);
        if (mistakes.Any)
            throw new EnvironmentFileException(file, mistakes.Ordered);
        if (unknown.Count > 0)
            throw NotUp(file, unknown, local is not null);

        var node = root.ToNode().AsObject();
        if (root["inventory"] is { } inventory)
            UseInventory(node, root, inventory, readInventory, file);
        node["knownHosts"] = Absolute(root["knownHosts"]!.Raw, rootDirectory);
        if (root["identityFile"] is { } identity)
            node["identityFile"] = Absolute(identity.Raw, rootDirectory);
        return node.Deserialize<StoreEnvironment>(EnvironmentJson.Options)!;
    }

    /// <summary>An absolute path; <c>~/</c> is the home folder, everything else is relative to the root.</summary>
    internal static string Absolute(string path, string rootDirectory) =>
        path.StartsWith("~/", StringComparison.Ordinal)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[2..])
            : Path.GetFullPath(path, Path.GetFullPath(rootDirectory));

    private static byte[] Bytes(string rootDirectory, string name)
    {
        var path = Path.Combine(rootDirectory, Directory, name + ".json");
        if (!TextFormat.Of(SettingFormat.Name).Takes(name) || !(File.Exists(path) || System.IO.Directory.Exists(path)))
            throw Missing(rootDirectory, name);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            if (stream.Length > MaximumBytes)
                throw Unreadable(path, $"it is larger than {MaximumBytes / 1024 / 1024} MiB");
            using var content = new MemoryStream();
            stream.CopyTo(content);
            return content.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, System.IO.Directory.Exists(path) ? "it is a folder" : e.Message);
        }

        OperationException Unreadable(string file, string why) =>
            OperationException.Configuration(
                $"The environment file cannot be read: {why}", where: Path.GetRelativePath(rootDirectory, file));
    }

    private static OperationException Missing(string rootDirectory, string name)
    {
        var names = Names(rootDirectory);
        var meant = Nearest.To(name, names);
        return OperationException.Configuration(
            $"There is no environment {JsonPlace.Show(name)}{(meant is null ? "" : $"; did you mean \"{meant}\"?")}",
            where: Directory,
            seen: names.Count == 0 ? "no environment has a file there" : $"available: {string.Join(", ", names)}",
            next: names.Count == 0
                ? $"write {Directory}/staging.json; {EnvironmentSchema.File} describes it"
                : $"--environment {meant ?? names[0]}");
    }

    private static OperationException NotUp(string file, IReadOnlyCollection<string> keys, bool isUp) =>
        OperationException.Configuration("The local environment is not up",
            where: file,
            seen: isUp ? $"it does not say what {string.Join(", ", keys)} is" : null,
            next: "./build.sh LocalUp");

    private static string InventoryPath(string inventory, string rootDirectory, string? storeDirectory)
    {
        var candidates = new[] { storeDirectory ?? rootDirectory, rootDirectory }
            .Select(folder => Absolute(inventory, folder)).Distinct().ToList();
        return candidates.FirstOrDefault(File.Exists)
            ?? throw OperationException.Configuration($"The inventory {JsonPlace.Show(inventory)} does not exist",
                where: string.Join('\n', candidates), next: "correct \"inventory\" in the environment file");
    }

    private static void UseInventory(
        JsonObject node, JsonPlace root, JsonPlace inventory, Func<string, (string Path, AnsibleHosts Hosts)> readInventory, string file)
    {
        var (path, hosts) = readInventory(inventory.Raw);
        var mistakes = new Mistakes();
        foreach (var problem in hosts.Problems)
            mistakes.Add(inventory, $"{inventory.Shown}: {problem}");
        if (!mistakes.Any)
            EnvironmentRules.RedisHost(root, [.. hosts.All.Select(host => host.Name).Distinct()], mistakes);
        if (mistakes.Any)
            throw new EnvironmentFileException(file, mistakes.Ordered);
        node["inventory"] = path;
        node["hosts"] = JsonSerializer.SerializeToNode(hosts.Backends, EnvironmentJson.Options);
        node["balancer"]!["host"] = JsonSerializer.SerializeToNode(hosts.Balancer, EnvironmentJson.Options);
        node["database"]!["host"] = JsonSerializer.SerializeToNode(hosts.Database, EnvironmentJson.Options);
    }
}
