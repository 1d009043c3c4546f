using System.Text;
using System.Text.RegularExpressions;
using OpticWorks.Acceptance.Provisioning;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Health;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Acceptance.Health;

/// <summary>The store's provisioned machines with a light backend in Medusa's place: real units, journals and HAProxy.</summary>
[Collection(nameof(SharedStore))]
public sealed partial class HealthTests(StoreMachines machines)
{
    private const string Release = "r-20261122-141203-3f9c2ab";

    // In Medusa's place: answers its health path, says what it is asked to, ends when told to.
    private const string Backend =
        """
        const http = require("node:http");
        const port = Number(process.argv.at(-1));
        http.createServer((request, response) => {
          const url = new URL(request.url, "http://localhost");
          if (url.pathname === "/say") console.log(url.searchParams.get("text"));
          if (url.pathname === "/die") process.exit(1);
          response.setHeader("content-type", "application/json");
          response.end(JSON.stringify({ status: "ok", database: "connected", redis: "connected", release: process.env.RELEASE }));
        }).listen(port);
        """;

    private readonly StoreUnderProvision _store = new(machines);

    private StoreEnvironment Environment => _store.Environment with { Local = true, Api = new() { Url = new Uri($"http://{machines.Address("lb")}:8080") } };

    private SshHost Connect(HostSettings settings) => _store.Connect(settings.Name, settings.User);

    [Fact]
    public async Task Health_logs_and_dossier_of_a_store_that_is_well_then_is_not()
    {
        try
        {
            await WellThenNotAsync();
        }
        finally
        {
            await Task.WhenAll(Environment.Hosts.Select(host => RemoveAsync(host.Name)));
        }
    }

    private async Task WellThenNotAsync()
    {
        await Task.WhenAll(Environment.Hosts.Select(host => StartAsync(host.Name)));
        var health = new StoreHealth(Environment, Connect);
        StoreLook look = null!;
        await Wait.UntilAsync("the store is well", async () => Findings.Of(look = await health.LookAsync(CancellationToken.None), "local").Count == 0);
        HealthTable.Well(look).ShouldBe($"OK: 4 of 4 instances on {Release}");

        // One crashes and comes back, one is stopped, one is taken out of traffic.
        const string Words = "<b>it's $(id) \"50 %\" é 木</b> p4ss-and-more";
        await _store.AsDeployAsync("api-1", $"curl -sG 127.0.0.1:9001/say --data-urlencode {ShellCommand.Quote($"text={Words}")}; curl -s 127.0.0.1:9001/die || true");
        await _store.AsRootAsync("api-2", "systemctl stop medusa@9002");
        await _store.AsDeployAsync("lb", "echo 'set server medusa/api-2-9001 state maint' | socat - UNIX-CONNECT:/run/haproxy/admin.sock");
        string[] findings = [];
        await Wait.UntilAsync("the crash is seen", async () => (findings = [.. Findings.Of(await health.LookAsync(CancellationToken.None), "local").Select(finding => finding.ToString())])
            .Any(finding => finding.StartsWith("api-1:9001 ended by itself and was restarted 1 times", StringComparison.Ordinal)));
        findings.ShouldContain("api-2:9002 is not running: its unit is inactive/dead");
        findings.ShouldContain("api-2:9001 gets no traffic: HAProxy says MAINT");
        findings.ShouldNotContain(finding => finding.StartsWith("api-1:9002", StringComparison.Ordinal));

        await LogsAsync(Words);
        await DossierAsync();
        await UnreachableAsync();
    }

    private async Task LogsAsync(string words)
    {
        (await ReadAsync(null, null)).Select(line => line.Instance).Distinct().Order()
            .ShouldBe(["api-1:9001", "api-1:9002", "api-2:9001", "api-2:9002"]);
        var lines = await ReadAsync("api-1:9001", null);
        lines.ShouldAllBe(line => line.Instance == "api-1:9001");
        lines.Select(line => line.At).ShouldBeInOrder();
        (await ReadAsync(null, Regex.Escape(words))).Select(line => line.Text).ShouldBe([words]);
        (await ReadAsync(null, "no such words'; touch /tmp/owned; '")).ShouldBeEmpty();
        (await _store.AsDeployAsync("api-1", "test ! -e /tmp/owned")).Succeeded.ShouldBeTrue();

        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var followed = new List<string>();
        var following = new StoreLogs(Connect, _store).ReadAsync(LogWish.Of(Environment, null, "0s", true, "followed"), line =>
        {
            followed.Add($"{line.Instance} {line.Text}");
            if (followed.Count == 2)
                stop.Cancel();
        }, stop.Token);
        while (!following.IsCompleted)
        {
            // Until one is heard: when a follower is there is not to be seen from outside.
            await Task.WhenAny(following, Task.Delay(300));
            if (followed.Count == 0)
                await Task.WhenAll(new[] { "api-1", "api-2" }.Select(host => _store.AsDeployAsync(host, "curl -s '127.0.0.1:9001/say?text=followed'")));
        }

        await Should.ThrowAsync<OperationCanceledException>(() => following);
        followed.Count.ShouldBeGreaterThanOrEqualTo(2);
        await Wait.UntilAsync("no follower stays on the host", async () => !(await _store.AsRootAsync("api-1", "pgrep -x journalctl")).Succeeded);
    }

    private async Task<List<LogLine>> ReadAsync(string? instance, string? grep)
    {
        var lines = new List<LogLine>();
        await new StoreLogs(Connect, _store).ReadAsync(LogWish.Of(Environment, instance, "10m", false, grep), lines.Add, CancellationToken.None);
        return lines;
    }

    private async Task DossierAsync()
    {
        var page = await Dossier.CollectAsync(Environment, Connect, [.. Environment.Hosts], "DeployBackend failed", "api-2:9002 is down",
            DateTimeOffset.UtcNow.AddMinutes(-10), text => text.Replace("p4ss", "[secret]"), CancellationToken.None);

        page.ShouldNotContain("could not be had");
        page.ShouldNotContain("p4ss");
        page.ShouldNotContain("<b>");
        foreach (var seen in new[] { "&lt;b&gt;it&#39;s $(id)", "[secret]-and-more", "inactive (dead)", "medusa@9001.service", "api-2:9002  inactive/dead", "status=MAINT", "LISTEN", "Mem:", "haproxy.service", "postgresql@17-main.service" })
            page.ShouldContain(seen);
        Tags().Matches(page).Select(match => match.Groups[1].Value).Distinct().ShouldBe(["html", "head", "meta", "title", "style", "body", "h1", "p", "pre", "nav", "a", "h2", "h3"], ignoreOrder: true);
    }

    private async Task UnreachableAsync()
    {
        var away = Environment with
        {
            Hosts = [Environment.Hosts[0], Environment.Hosts[1] with { Address = "192.0.2.1" }],
        };
        SshHost Lost(HostSettings settings) => settings.Address != "192.0.2.1" ? Connect(settings)
            : new SshHost(settings.Name, settings.Address, 22, "deploy", new SshOptions(machines.Client, machines.KnownHosts, machines.IdentityFile, SshOptions.DefaultControlDirectory()));

        var look = await new StoreHealth(away, Lost) { AnswerLimit = TimeSpan.FromSeconds(3) }.LookAsync(CancellationToken.None);

        Findings.Of(look, "local").Select(finding => finding.ToString()).ShouldContain(finding => finding.StartsWith("api-2 cannot be looked at: ", StringComparison.Ordinal));
        look.Hosts[0].Instances.Value.ShouldNotBeNull();
        var page = await Dossier.CollectAsync(away, Lost, [.. away.Hosts], "t", "w", DateTimeOffset.UtcNow, text => text, CancellationToken.None);
        page.ShouldContain("could not be had: ");
        page.ShouldContain("api-1:9002  active/running");
    }

    private async Task StartAsync(string machine)
    {
        const string Folder = $"/opt/medusa/releases/{Release}";
        (await _store.AsRootAsync(machine, $"mkdir -p {Folder}/node_modules/@medusajs/cli; echo RELEASE={Release} > {Folder}/env")).OrFail("no folder");
        using var program = new MemoryStream(Encoding.UTF8.GetBytes(Backend));
        await _store.Connect(machine, "root").UploadAsync(program, $"{Folder}/node_modules/@medusajs/cli/cli.js", "0644");
        (await _store.AsRootAsync(machine,
            $"""
            for port in 9001 9002; do
              ln -sfn "../../releases/{Release}" "/opt/medusa/instances/$port/current"
              systemctl restart "medusa@$port"
            done
            """)).OrFail("the light backend does not start");
    }

    /// <summary>Leaves the machines as they were.</summary>
    private async Task RemoveAsync(string machine)
    {
        await _store.AsRootAsync(machine,
            $"""
            systemctl stop medusa@9001 medusa@9002; systemctl reset-failed 'medusa@*' || true
            rm -rf /opt/medusa/instances/9001/current /opt/medusa/instances/9002/current /opt/medusa/releases/{Release}
            """);
        await _store.AsRootAsync("lb", $"for port in 9001 9002; do echo \"set server medusa/{machine}-$port state ready\" | socat - UNIX-CONNECT:/run/haproxy/admin.sock; done");
    }

    [GeneratedRegex("<([a-z0-9]+)")]
    private static partial Regex Tags();
}
