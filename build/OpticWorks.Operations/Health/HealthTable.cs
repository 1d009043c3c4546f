using System.Globalization;
using OpticWorks.Operations.Traffic;

namespace OpticWorks.Operations.Health;

/// <summary>A look as people read it: aligned columns, then what answers from outside. Pure.</summary>
public static class HealthTable
{
    public static IReadOnlyList<string> Lines(StoreLook look)
    {
        List<string[]> rows = [["INSTANCE", "UNIT", "SINCE", "RESTARTS", "RELEASE", "HEALTH", "DATABASE", "REDIS", "HAPROXY"]];
        foreach (var host in look.Hosts)
            rows.AddRange(host.Ports.Select(port => Row(host, port, look.Servers.Value)));
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var table = rows.Select(row => string.Join("   ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()).ToList();
        table.Add("");
        table.Add($"through the balancer   {look.Balancer}");
        if (look.Storefront is { } page)
            table.Add($"storefront             {(page.Status == 0 ? page.Explain() : page.ToString())}");
        return table;
    }

    /// <summary>The last line of a look without findings.</summary>
    public static string Well(StoreLook look)
    {
        var instances = look.Hosts.SelectMany(host => host.Instances.Value?.Values ?? []).ToList();
        var release = instances.Select(instance => instance.Release).Distinct().Single();
        var unseen = look.Storefront is { Status: 0 } ? ", except that the storefront could not be reached from here" : "";
        return string.Create(CultureInfo.InvariantCulture, $"OK{unseen}: {instances.Count} of {instances.Count} instances on {release}");
    }

    private static string[] Row(HostLook host, int port, IReadOnlyList<ServerState>? servers)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{host.Name}:{port}");
        var server = servers?.FirstOrDefault(row => row.Name == Balancer.ServerName(host.Name, port)) is { } state
            ? string.Create(CultureInfo.InvariantCulture, $"{state.Status}, weight {state.Weight}, {state.Sessions} in flight")
            : "?";
        return host.Instances.Value?.GetValueOrDefault(port) is { } look
            ? [
                name, look.Unit, look.Since is { } since ? since.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : "-",
                look.Restarts.ToString(CultureInfo.InvariantCulture), look.Release ?? "-", look.Health.ToString(),
                look.Health.Database ?? "-", look.Health.Redis ?? "-", server,
            ]
            : [name, "?", "?", "?", "?", "?", "?", "?", server];
    }
}
