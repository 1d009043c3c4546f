using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations;
using Xunit.Abstractions;

namespace OpticWorks.Acceptance.Storefront;

/// <summary>
/// The real wrangler fails at each call that it makes in a deployment, one after the other: the API refuses it, breaks, or does not answer, or wrangler is
/// killed while it waits. Whatever it is, the old release has all traffic, the report says what happened, and a later deployment succeeds.
/// </summary>
[Trait("Tier", "Campaign")]
public sealed class FailingWranglerTests(ITestOutputHelper output)
{
    /// <summary>Wrangler takes a few seconds on a busy computer; one that hangs is ended after this.</summary>
    private static readonly TimeSpan Upload = TimeSpan.FromSeconds(30);

    /// <summary>A refused file is tried five times by wrangler itself, with growing pauses: half a minute in all.</summary>
    private static readonly TimeSpan WithItsRetries = TimeSpan.FromMinutes(3);

    /// <summary>This program names no User-Agent, wrangler does.</summary>
    private const string Wrangler = ".";

    [Theory]
    [InlineData(403, "403")]
    [InlineData(500, "500")]
    public async Task Refused_at_each_call(int status, string told)
    {
        await using var shop = await EdgeShop.StartAsync();
        await EachAsync(shop, $"{status}", WithItsRetries, async (number, deploy) =>
        {
            await shop.FaultAsync(Fault(number, fault =>
            {
                fault["times"] = 1000;
                fault["status"] = status;
                fault["code"] = 10000 + status;
                fault["message"] = $"an injected {status}";
            }));
            var failure = await Should.ThrowAsync<OperationException>(deploy);
            failure.Explain().ShouldContain(told, customMessage: failure.Explain());
            return failure;
        });
    }

    [Fact]
    public async Task Without_an_answer_at_each_call()
    {
        await using var shop = await EdgeShop.StartAsync();
        await EachAsync(shop, "hangs", Upload, async (number, deploy) =>
        {
            await shop.FaultAsync(Fault(number, fault =>
            {
                fault["times"] = 1000;
                fault["hang"] = true;
            }));
            var failure = await Should.ThrowAsync<OperationException>(deploy);
            failure.Explain().ShouldContain("did not end within 30 s", customMessage: failure.Explain());
            return failure;
        });
        Wranglers(shop.Folder).ShouldBeEmpty("a wrangler that was given up is ended, with all that it started");
    }

    /// <param name="whole">Wrangler's start script and the program that it starts; else only the latter, whose end the script passes on.</param>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Killed_at_each_call(bool whole)
    {
        await using var shop = await EdgeShop.StartAsync();
        await EachAsync(shop, whole ? "killed" : "its program killed", Upload, async (number, deploy) =>
        {
            await shop.FaultAsync(Fault(number, fault => fault["hang"] = true));
            var deploying = deploy();
            while (!deploying.IsCompleted && (await shop.CallsAsync(wranglers: true)).Count <= number)
                await Task.Delay(20);
            // The script first: once its program has died, it ends by itself.
            foreach (var pid in Wranglers(shop.Folder).Where(found => whole || !found.IsScript).OrderByDescending(found => found.IsScript).Select(found => found.Pid))
            {
                using var process = Process.GetProcessById(pid);
                process.Kill();
            }

            var failure = await Should.ThrowAsync<OperationException>(() => deploying);
            failure.Explain().ShouldContain("ended by signal 9", customMessage: failure.Explain());
            return failure;
        });
    }

    /// <param name="fail">Deploys a release that fails at the call with this number, counted from 0.</param>
    private async Task EachAsync(EdgeShop shop, string how, TimeSpan limit, Func<int, Func<Task>, Task<OperationException>> fail)
    {
        var old = await shop.DeployAsync(new TinyRelease("old"));
        await shop.FaultAsync();
        old = await shop.DeployAsync(new TinyRelease("older"));
        var calls = await shop.CallsAsync(wranglers: true);
        calls.Count(call => call.EndsWith("/versions", StringComparison.Ordinal)).ShouldBe(2, "the old release with the new files, and the new one");
        for (var number = 0; number < calls.Count; number++)
        {
            var tiny = new TinyRelease(FormattableString.Invariant($"new{number}"));
            var failure = await fail(number, () => shop.DeployAsync(tiny, limits: EdgeShop.Limits with { Upload = limit }));
            var what = $"{how} at call {number + 1} of {calls.Count}, {calls[number]}:\n{failure.Explain()}";
            failure.ExitCode.ShouldBe(ExitCodes.FailedAndUndone, what);
            failure.Message.ShouldStartWith("DeployStorefront failed at upload ", customMessage: what);
            (failure.Where ?? "").ShouldContain("wrangler", customMessage: what);
            failure.Next.ShouldNotBeNull(what);
            failure.Explain().ShouldNotContain(shop.Token);
            await shop.FaultAsync();
            (await shop.SharesAsync()).ShouldBe(EdgeShop.All(old), what);
            output.WriteLine($"{how}, call {number + 1} of {calls.Count} ({calls[number]}): {failure.Message}");
        }

        var rerun = await shop.DeployAsync(new TinyRelease("new0"));
        (await shop.SharesAsync()).ShouldBe(EdgeShop.All(rerun));
    }

    private static JsonObject Fault(int number, Action<JsonObject> more)
    {
        var fault = new JsonObject { ["agent"] = Wrangler, ["after"] = number };
        more(fault);
        return fault;
    }

    /// <summary>The processes of a wrangler that runs for this shop: what it is to write to names the shop's folder.</summary>
    private static List<(int Pid, bool IsScript)> Wranglers(string folder)
    {
        var found = new List<(int, bool)>();
        foreach (var path in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var pid))
                continue;
            try
            {
                var environment = Encoding.UTF8.GetString(File.ReadAllBytes($"{path}/environ"));
                var command = File.ReadAllText($"{path}/cmdline");
                if (environment.Contains($"WRANGLER_OUTPUT_FILE_PATH={folder}/", StringComparison.Ordinal) && command.Contains("wrangler", StringComparison.Ordinal))
                    found.Add((pid, command.Contains("bin/wrangler.js", StringComparison.Ordinal)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended meanwhile.
            }
        }

        return found;
    }
}
