using System.Diagnostics;
using System.Text.Json.Nodes;
using OpticWorks.Operations;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Storefront.Images;

namespace OpticWorks.Acceptance.Storefront;

/// <summary>The program itself: SyncImages on a store and an environment file of the test's own.</summary>
public sealed class SyncImagesProgramTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private EdgeShop _shop = null!;

    private string Root => Path.Combine(_shop.Folder, "root");

    private string MapFile => Path.Combine(Root, "apps/storefront/images.json");

    public async Task InitializeAsync()
    {
        _shop = await EdgeShop.StartAsync();
        foreach (var package in new[] { "apps/storefront", "packages/medusa-backend" })
            Write($"{package}/package.json", "{}");
        Write("pnpm-lock.yaml", "");
        Write("known_hosts", "");
        Write(".nuke/environments/tiny.json", Environment());
        for (var number = 0; number < 6; number++)
            Write($"apps/storefront/public/images/{number}.svg", $"<svg><!-- {number} --></svg>");
    }

    public async Task DisposeAsync() => await _shop.DisposeAsync();

    [Fact]
    public async Task It_shows_the_plan_then_acts_then_has_nothing_to_do()
    {
        var plan = await RunAsync("SyncImages", "--environment", "tiny", "--plan-only");
        plan.ExitCode.ShouldBe(0, plan.Output + plan.Error);
        plan.Output.ShouldContain("+ 5.svg");
        plan.Output.ShouldContain("Nothing was changed.");
        File.Exists(MapFile).ShouldBeFalse();

        var done = await RunAsync("SyncImages", "--environment", "tiny", "--output", "json");
        done.ExitCode.ShouldBe(0, done.Output + done.Error);
        JsonNode.Parse(done.Output)!["data"]!["images"]!["uploads"]!.AsArray().Count.ShouldBe(6);
        ImageMap.ReadFile(MapFile).Images.Count.ShouldBe(6);
        (done.Output + done.Error).ShouldNotContain(_shop.Token);

        var again = await RunAsync("SyncImages", "--environment", "tiny", "--output", "json");
        JsonNode.Parse(again.Output)!["data"]!["images"]!["uploads"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Interrupted_it_ends_with_130_and_its_map_is_true()
    {
        await _shop.FaultAsync(new JsonObject { ["method"] = "POST", ["path"] = "/images/v1$", ["after"] = 2, ["times"] = 100, ["late"] = 600_000 });
        using var program = Process.Start(Start("SyncImages", "--environment", "tiny"))!;
        using var limit = new CancellationTokenSource(Limit);
        using var kill = limit.Token.Register(() => program.Kill(entireProcessTree: true));
        var errors = program.StandardError.ReadToEndAsync(CancellationToken.None);
        var (said, uploaded) = ("", 0);
        while (await program.StandardOutput.ReadLineAsync(CancellationToken.None) is { } line)
        {
            said += line + "\n";
            if (line.Contains("uploaded, ", StringComparison.Ordinal) && ++uploaded == 2)
                (await LocalProcess.RunAsync(new LocalCommand("kill", "-s", "INT", $"{program.Id}"))).OrFail("kill");
        }

        await program.WaitForExitAsync(CancellationToken.None);
        program.ExitCode.ShouldBe(ExitCodes.Interrupted, said + await errors);
        ImageMap.ReadFile(MapFile).Images.Count.ShouldBe(2);
        (said + await errors).ShouldContain("2 of 6 images are uploaded", Case.Insensitive, said + await errors);
    }

    private ProcessStartInfo Start(params string[] arguments) => new("dotnet", [Path.Combine(AppContext.BaseDirectory, "OpticWorks.Build.dll"), .. arguments])
    {
        WorkingDirectory = Root,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["NUKE_ROOT"] = Root, ["NO_COLOR"] = "1", ["TINY_TOKEN"] = _shop.Token, ["GITHUB_ACTIONS"] = null },
    };

    private Task<ProcessResult> RunAsync(params string[] arguments) => LocalProcess.RunAsync(new LocalCommand("dotnet", [Path.Combine(AppContext.BaseDirectory, "OpticWorks.Build.dll"), .. arguments])
    {
        WorkingDirectory = Root,
        Environment = new Dictionary<string, string?> { ["NUKE_ROOT"] = Root, ["NO_COLOR"] = "1", ["TINY_TOKEN"] = _shop.Token, ["GITHUB_ACTIONS"] = null },
        Limit = Limit,
    });

    private void Write(string path, string text)
    {
        var file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private string Environment() => $$"""
        {
          "name": "tiny",
          "knownHosts": "known_hosts",
          "storefront": {
            "url": "{{_shop.Url.AbsoluteUri.TrimEnd('/')}}",
            "worker": "{{TinyStorefront.Worker}}",
            "account": "{{LocalEdge.Account}}",
            "api": "{{_shop.Environment.Storefront.Api}}",
            "images": { "folder": "apps/storefront/public/images", "map": "apps/storefront/images.json", "token": "env:TINY_TOKEN" }
          },
          "api": { "url": "http://127.0.0.1:1" },
          "hosts": [{ "name": "api-1", "address": "127.0.0.1", "user": "deploy", "instances": [9001] }],
          "balancer": { "host": { "name": "lb", "address": "127.0.0.2", "user": "deploy" }, "backend": "medusa", "socket": "/run/haproxy/admin.sock" },
          "database": { "host": { "name": "db", "address": "127.0.0.3", "user": "deploy" }, "name": "medusa", "user": "medusa", "password": "env:TINY_TOKEN" },
          "redis": { "address": "127.0.0.1:6379", "password": "env:TINY_TOKEN" },
          "artifacts": { "bucket": "artifacts" },
          "backups": { "endpoint": "http://127.0.0.1:1", "bucket": "backups", "accessKey": "env:TINY_TOKEN", "secretKey": "env:TINY_TOKEN" },
          "stripe": { "mode": "test" }
        }
        """;
}
