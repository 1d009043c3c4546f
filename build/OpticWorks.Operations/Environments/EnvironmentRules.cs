using System.Text.Json;

namespace OpticWorks.Operations.Environments;

/// <summary>What no single value shows: rules between the settings of a file. Each looks only at what is well-formed, so that one
/// slip is reported once.</summary>
internal static class EnvironmentRules
{
    private static readonly string[] DerivedVariables = ["DATABASE_URL", "REDIS_URL", "PORT"];

    public static void Check(JsonPlace root, string fileName, string rootDirectory, Mistakes mistakes)
    {
        Name(root, fileName, mistakes);
        Hosts(root, mistakes);
        KnownHosts(root, rootDirectory, mistakes);
        Protection(root, mistakes);
        Steps(root, mistakes);
        Prometheus(root, mistakes);
        Variables(root, mistakes);
        Hooks(root, mistakes);
    }

    /// <summary>Redis runs on one of the environment's hosts, whichever source they came from.</summary>
    public static void RedisHost(JsonPlace root, IReadOnlyCollection<string> hosts, Mistakes mistakes)
    {
        if (root["redis"]?["hostName"] is not { Text: { } name } place || hosts.Count == 0 || hosts.Contains(name))
            return;
        var meant = Nearest.To(name, hosts) is { } near ? $"did you mean \"{near}\"?" : $"there are {string.Join(", ", hosts)}";
        mistakes.Add(place, $"{place.Shown} is no host of this environment; {meant}");
    }

    /// <summary>Every object that describes a host, in the order of the file.</summary>
    public static IEnumerable<JsonPlace> HostPlaces(JsonPlace root) =>
        (root["hosts"]?.Items ?? []).Append(root["balancer"]?["host"]).Append(root["database"]?["host"]).OfType<JsonPlace>()
        .OrderBy(host => host.Line);

    private static void Name(JsonPlace root, string fileName, Mistakes mistakes)
    {
        if (root["name"] is { Text: { } name } place && name != fileName)
            mistakes.Add(place, $"{place.Shown} is not the file's name, \"{fileName}\"");
    }

    private static void Hosts(JsonPlace root, Mistakes mistakes)
    {
        var hasInventory = root["inventory"] is not null;
        Source(root["hosts"], root, "hosts", "the hosts that run backend instances");
        Source(root["balancer"]?["host"], root["balancer"], "balancer.host", "the host that runs HAProxy");
        Source(root["database"]?["host"], root["database"], "database.host", "the host that runs PostgreSQL");

        var backends = root["hosts"]?.Items ?? [];
        var byName = new Dictionary<string, JsonPlace>();
        var byAddress = new Dictionary<string, JsonPlace>();
        foreach (var host in HostPlaces(root))
        {
            if (host["name"] is not { Text: { } name } place)
                continue;
            if (byName.TryGetValue(name, out var first))
            {
                if (IsBackend(first) && IsBackend(host))
                    mistakes.Add(place, $"{place.Shown} is already the name of {first.Path} in line {first.Line}");
                else if (Address(first) != Address(host))
                    mistakes.Add(place, $"{place.Shown} has another address, port or user than in line {first.Line}, under the same name");
                continue;
            }

            byName[name] = host;
            if (host["address"]?.Text is null)
                continue;
            var address = $"{host["address"]!.Text} port {host["port"]?.Number ?? 22}";
            if (!byAddress.TryAdd(address, host))
                mistakes.Add(host["address"]!, $"{address} is already \"{byAddress[address]["name"]!.Text}\"; one machine has one name");
        }

        RedisHost(root, hasInventory ? [] : byName.Keys, mistakes);

        bool IsBackend(JsonPlace host) => backends.Any(backend => ReferenceEquals(backend, host));

        void Source(JsonPlace? given, JsonPlace? parent, string path, string what)
        {
            if (given is not null && hasInventory)
                mistakes.Add(given, "the inventory gives the hosts; remove either this or \"inventory\"");
            else if (given is null && !hasInventory && parent?.Kind == JsonValueKind.Object)
                mistakes.Add(parent.Line, path, $"missing; {what} (or name an Ansible inventory under \"inventory\")");
        }
    }

    private static string Address(JsonPlace host) =>
        $"{host["user"]?.Text ?? "deploy"}@{host["address"]?.Raw}:{host["port"]?.Raw ?? "22"}";

    private static void KnownHosts(JsonPlace root, string rootDirectory, Mistakes mistakes)
    {
        if (root["knownHosts"] is { Text: { Length: > 0 } text } place && TextFormat.Of(SettingFormat.FilePath).Takes(text)
            && !File.Exists(EnvironmentFile.Absolute(text, rootDirectory)))
        {
            mistakes.Add(place, $"{place.Shown} does not exist; write it with ssh-keyscan and compare the keys with those of the hosts");
        }
    }

    private static void Protection(JsonPlace root, Mistakes mistakes)
    {
        if (root["protected"] is not { Kind: JsonValueKind.True } mark)
            return;
        if (root["local"] is { Kind: JsonValueKind.True } local)
            mistakes.Add(local, "the local environment cannot be protected: it is made and thrown away");
        if (root["backups"] is { Kind: JsonValueKind.Object } backups && backups["encryptionKey"] is null)
        {
            mistakes.Add(backups.Line, "backups.encryptionKey",
                $"missing; \"protected\" (line {mark.Line}) needs one, for example \"env:BACKUP_KEY\"");
        }

        foreach (var url in new[] { root["storefront"]?["url"], root["api"]?["url"], root["backups"]?["endpoint"] }.OfType<JsonPlace>())
        {
            if (url.Text?.StartsWith("http://", StringComparison.OrdinalIgnoreCase) == true)
                mistakes.Add(url, $"must be https, because the environment is protected (line {mark.Line})");
        }
    }

    private static void Steps(JsonPlace root, Mistakes mistakes)
    {
        if (root["canary"]?["steps"] is not { Kind: JsonValueKind.Array, Items.Count: > 0 } steps
            || steps.Items.Any(step => step.Number is not (>= 1 and <= 100)))
        {
            return;
        }

        var shares = steps.Items.Select(step => step.Number!.Value).ToList();
        if (shares.Zip(shares.Skip(1)).Any(pair => pair.First >= pair.Second))
            mistakes.Add(steps, $"{steps.Shown} must ascend");
        if (shares[^1] != 100)
            mistakes.Add(steps, $"{steps.Shown} must end at 100");
    }

    /// <summary>A share needs both of its numbers.</summary>
    private static void Prometheus(JsonPlace root, Mistakes mistakes)
    {
        if (root["canary"]?["prometheus"] is not { Kind: JsonValueKind.Object } prometheus)
            return;
        foreach (var (given, missing) in new[] { ("timed", "slow"), ("slow", "timed") })
        {
            if (prometheus[given] is { } query && prometheus[missing] is null)
                mistakes.Add(query, $"needs \"{missing}\" beside it: response times are judged by both");
        }
    }

    private static void Variables(JsonPlace root, Mistakes mistakes)
    {
        foreach (var variable in root["variables"]?.Members ?? [])
        {
            if (DerivedVariables.Contains(variable.Name))
                mistakes.Add(variable.Line, variable.Value.Path, "is set by the suite itself; remove it");
        }
    }

    /// <summary>Nobody would be told through a hook that is not known.</summary>
    private static void Hooks(JsonPlace root, Mistakes mistakes)
    {
        foreach (var hook in root["notify"]?.Members ?? [])
        {
            if (hook.Name != "slack")
                mistakes.Add(hook.Line, hook.Value.Path, "is no hook that this suite knows; there is \"slack\"");
        }
    }
}
