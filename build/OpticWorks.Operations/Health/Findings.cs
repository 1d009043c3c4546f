using System.Globalization;
using OpticWorks.Operations.Traffic;

namespace OpticWorks.Operations.Health;

/// <summary>Decides what of a look is not well. Pure.</summary>
public static class Findings
{
    /// <summary>An instance that systemd restarted by itself is a finding until it has run for as long as this.</summary>
    public static readonly TimeSpan RestartMemory = TimeSpan.FromMinutes(10);

    /// <param name="environment">The environment's name, for the commands that come next.</param>
    public static IReadOnlyList<Finding> Of(StoreLook look, string environment)
    {
        var findings = new List<Finding>();
        foreach (var host in look.Hosts)
        {
            if (host.Instances.Value is not { } instances)
            {
                findings.Add(new Finding(host.Name, $"cannot be looked at: {host.Instances.Problem}"));
                continue;
            }

            foreach (var port in host.Ports)
            {
                var where = string.Create(CultureInfo.InvariantCulture, $"{host.Name}:{port}");
                var next = $"./build.sh Logs --environment {environment} --instance {where}";
                findings.AddRange(Of(instances.GetValueOrDefault(port)).Select(what => new Finding(where, what, next)));
            }
        }

        findings.AddRange(Releases(look));
        findings.AddRange(Balancer(look, environment));
        // A storefront that cannot be reached from here may be well: the balancer has a host that says more, the storefront has none.
        if (look.Storefront is { Status: >= 400 } page)
            findings.Add(new Finding("storefront", page.Explain()));
        return findings;
    }

    private static IEnumerable<string> Of(InstanceLook? look)
    {
        if (look is null)
        {
            yield return "was not told of by its host";
            yield break;
        }

        if (look.Release is null)
            yield return "has no release";
        if (!look.IsRunning)
            yield return $"is not running: its unit is {look.Unit}";
        else if (look.Restarts > 0 && look.Age < RestartMemory)
            yield return string.Create(CultureInfo.InvariantCulture, $"ended by itself and was restarted {look.Restarts} times, {look.Age.TotalSeconds:0} s ago the last time");
        if (!look.Health.IsWell)
            yield return look.Health.Explain();
        foreach (var (name, state) in new[] { ("database", look.Health.Database), ("Redis", look.Health.Redis) })
        {
            if (state is not (null or "connected"))
                yield return $"says that its {name} is {state}";
        }

        if (look.Health.Release is { } answered && look.Release is { } linked && answered != linked)
            yield return $"answers as {answered}, but its link names {linked}: it was not restarted since";
    }

    private static IEnumerable<Finding> Releases(StoreLook look)
    {
        var releases = look.Hosts.SelectMany(host => host.Instances.Value?.Values ?? [])
            .Select(instance => instance.Release).OfType<string>()
            .GroupBy(release => release).OrderBy(group => group.Key, StringComparer.Ordinal).ToList();
        if (releases.Count > 1)
        {
            yield return new Finding("releases", $"differ: {string.Join(", ", releases.Select(group => $"{group.Key} on {group.Count()}"))}"
                + " (a deployment or a canary under way, or one that was not finished)");
        }
    }

    private static IEnumerable<Finding> Balancer(StoreLook look, string environment)
    {
        if (!look.Balancer.IsWell)
            yield return new Finding("balancer", look.Balancer.Explain());
        if (look.Servers.Value is not { } servers)
        {
            yield return new Finding("HAProxy", $"cannot be asked: {look.Servers.Problem}");
            yield break;
        }

        var wanted = look.Hosts.SelectMany(host => host.Ports.Select(port => (Name: Traffic.Balancer.ServerName(host.Name, port), host.Name, port)))
            .ToDictionary(at => at.Name, at => string.Create(CultureInfo.InvariantCulture, $"{at.Item2}:{at.port}"));
        var provision = $"./build.sh Provision --environment {environment} --plan-only";
        foreach (var (server, where) in wanted)
        {
            var state = servers.FirstOrDefault(row => row.Name == server);
            if (state is null)
                yield return new Finding(where, $"is unknown to HAProxy, which has no server {server}", provision);
            else if (!state.IsUp)
                yield return new Finding(where, $"gets no traffic: HAProxy says {state.Status}");
            else if (state.Weight == 0)
                yield return new Finding(where, "gets no traffic: its weight in HAProxy is 0");
        }

        foreach (var stranger in servers.Where(row => !wanted.ContainsKey(row.Name)))
            yield return new Finding("HAProxy", $"sends to {stranger.Name}, which is no instance of {environment}", provision);
    }
}
