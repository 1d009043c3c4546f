using System.Text.Json;

namespace OpticWorks.Operations.Environments;

/// <summary>The output of <c>ansible-inventory --list</c>: groups with <c>hosts</c> and <c>children</c>, and the variables of each
/// host under <c>_meta.hostvars</c>.</summary>
internal sealed class AnsibleList(JsonElement root)
{
    private readonly List<string> _problems = [];

    public AnsibleHosts Hosts()
    {
        var backends = Members("medusa").Select(Backend).ToList();
        if (backends.Count == 0)
            _problems.Add("group \"medusa\" has no hosts");
        var balancer = Single("balancer");
        var database = Single("database");
        return new AnsibleHosts(backends, balancer, database, _problems);
    }

    private HostSettings? Single(string group)
    {
        var members = Members(group);
        if (members.Count == 1)
            return Host(members[0]);
        _problems.Add(members.Count == 0
            ? $"group \"{group}\" has no host"
            : $"group \"{group}\" has {members.Count} hosts ({string.Join(", ", members)}) and must have one");
        return null;
    }

    private BackendHost Backend(string name)
    {
        var host = Host(name);
        return new BackendHost
        {
            Name = host.Name,
            Address = host.Address,
            Port = host.Port,
            User = host.User,
            Instances = Instances(name),
        };
    }

    private HostSettings Host(string name)
    {
        var settings = new HostSettings { Name = name, Address = Text(name, "ansible_host") ?? name };
        if (Text(name, "ansible_user") is { } user)
            settings = settings with { User = user };
        if (Variable(name, "ansible_port") is { } port)
            settings = settings with { Port = Port(name, "ansible_port", port) };
        Check(SettingFormat.Name, name, $"host {JsonPlace.Show(name)}");
        Check(SettingFormat.HostAddress, settings.Address, $"host {name}: ansible_host {JsonPlace.Show(settings.Address)}");
        Check(SettingFormat.UserName, settings.User, $"host {name}: ansible_user {JsonPlace.Show(settings.User)}");
        return settings;
    }

    private IReadOnlyList<int> Instances(string name)
    {
        if (Variable(name, "medusa_instances") is not { } list)
            return [9001];
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            _problems.Add($"host {name}: medusa_instances is not a list of ports");
            return [];
        }

        var ports = list.EnumerateArray().Select(port => Port(name, "medusa_instances", port)).ToList();
        if (ports.Distinct().Count() < ports.Count)
            _problems.Add($"host {name}: medusa_instances lists a port twice");
        return ports;
    }

    // An inventory in INI format gives numbers as text.
    private int Port(string host, string variable, JsonElement value)
    {
        if (int.TryParse(value.ToString(), out var port) && port is >= 1 and <= 65535)
            return port;
        _problems.Add($"host {host}: {variable} {JsonPlace.Show(value.ToString())} is not a port (1-65535)");
        return 0;
    }

    private string? Text(string host, string variable) => Variable(host, variable)?.ToString();

    private JsonElement? Variable(string host, string variable) =>
        root.TryGetProperty("_meta", out var meta) && meta.TryGetProperty("hostvars", out var hosts)
            && hosts.TryGetProperty(host, out var variables) && variables.TryGetProperty(variable, out var value)
            && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    private void Check(SettingFormat format, string text, string where)
    {
        var problem = $"{where} is not {TextFormat.Of(format).What}";
        if (!TextFormat.Of(format).Takes(text) && !_problems.Contains(problem))
            _problems.Add(problem);
    }

    /// <summary>The hosts of a group and of the groups below it, each once, in order.</summary>
    private IReadOnlyList<string> Members(string group)
    {
        var (seen, hosts) = (new HashSet<string>(), new List<string>());
        Collect(group);
        return hosts;

        void Collect(string name)
        {
            if (!seen.Add(name) || !root.TryGetProperty(name, out var entry) || entry.ValueKind != JsonValueKind.Object)
                return;
            foreach (var host in Strings(entry, "hosts"))
            {
                if (!hosts.Contains(host))
                    hosts.Add(host);
            }

            foreach (var child in Strings(entry, "children"))
                Collect(child);
        }
    }

    private static IEnumerable<string> Strings(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select(item => item.ToString())
            : [];
}
