using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using OpticWorks.Build.Workflows;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Build.Tests.Workflows;

/// <summary>
/// Every workflow does what its commands do on a laptop: the scripts run as they are in a clean clone with a runner's environment, the commands in another clone without
/// it, and both say the same targets in the same order, made of the same inputs.
/// </summary>
public sealed class ParityTests(ParityTests.Checkouts checkouts) : IClassFixture<ParityTests.Checkouts>
{
    private const string Digest = "{digest}";
    private const string DigestBefore = "{digest-before}";

    /// <summary>What a person would type for each workflow, one line a call. {digest} is what the latest call of Build before it has
    /// answered, {digest-before} what the one before that has.</summary>
    private static readonly Dictionary<string, (string Inputs, string[] Laptop)> Workflows = new()
    {
        ["ci"] = ("", ["Restore Build Test", "LintMigrations", "Workflows --check", "SelfTest"]),
        ["deploy-backend"] = ("",
        [
            "Restore Build Test", $"DeployBackend --artifact {Digest} --environment staging --confirm staging",
            $"Canary --artifact {Digest} --environment production --confirm production",
        ]),
        ["deploy-storefront"] = ("",
        [
            "Restore Build Test --environment staging --publish false", "Restore Build Test --environment production --publish false",
            $"DeployStorefront --artifact {DigestBefore} --environment staging --confirm staging",
            $"DeployStorefront --artifact {Digest} --environment production --confirm production",
        ]),
        ["release"] = ("environment=production reason=winter-frames steps=10,50,100 mode=plan",
        [
            "Restore Build Test --environment production --publish false",
            $"Release --artifact {Digest} --reason winter-frames --steps 10,50,100 --plan-only --environment production --confirm production",
        ]),
        ["canary"] = ("environment=production release=r-20261122-141203-3f9c2ab", ["Canary --release r-20261122-141203-3f9c2ab --environment production --confirm production"]),
        ["rollback"] = ("environment=production reason=carts-fail to=r-20261122-141203-3f9c2ab unproved=accept",
            ["Rollback --reason carts-fail --to r-20261122-141203-3f9c2ab --accept-unproved --environment production --confirm production"]),
        ["backup"] = ("",
        [
            "Backup --environment production --confirm production", "RestoreDrill --environment production --confirm production",
            "PruneBackups --environment production --confirm production", "ListBackups --environment production --confirm production",
        ]),
        ["restore-drill"] = ("", ["RestoreDrill --environment production --confirm production"]),
    };

    public static IEnumerable<object[]> Names => typeof(StoreBuild).GetCustomAttributes<PipelineAttribute>().Select(pipeline => new object[] { pipeline.IdPostfix });

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_workflow_is_what_a_laptop_runs(string name)
    {
        Workflows.ShouldContainKey(name, "a new workflow says here what a person would type for it");
        var (inputs, laptop) = Workflows[name];

        string[] given = inputs.Length == 0 ? [] : ["--inputs", .. inputs.Split(' ')];
        var run = await Program.RunAsync(checkouts.Runner.Root, ["RunWorkflow", "--file", $".github/workflows/{name}.yml", "--plan-only", "--output", "json", .. given]);

        run.ExitCode.ShouldBe(0, run.Output + run.Error);
        Calls(run).ShouldBe(await LaptopAsync(laptop));
    }

    /// <summary>One changed byte of the store changes the answer; so does another environment.</summary>
    [Fact]
    public async Task Other_inputs_give_another_answer()
    {
        using var repository = await RepositoryRoot.OfCheckoutAsync();
        async Task<string> AnswerAsync(string words) => Answer((await Program.RunAsync(repository.Root, [.. words.Split(' '), "--order-only", "--output", "json"])).Output);

        var before = await AnswerAsync("Restore Build Test");
        (await Program.RunAsync(repository.Root, "Build", "--order-only", "--output", "json")).Output.ShouldNotContain("succeeded", Case.Insensitive, "nothing was run");
        (await AnswerAsync("Test Build Restore")).ShouldBe(before, "the order is the engine's, not the command line's");
        (await AnswerAsync("Build Restore")).ShouldNotBe(before);
        (await AnswerAsync("Restore Build Test --environment staging")).ShouldNotBe(before);
        var source = Directory.EnumerateFiles(repository.Root.At("tests/store/packages/medusa-backend/src"), "*.ts", SearchOption.AllDirectories).First();
        await File.AppendAllTextAsync(source, "\n");
        (await AnswerAsync("Restore Build Test")).ShouldNotBe(before);
    }

    private async Task<string> LaptopAsync(string[] laptop)
    {
        var (answers, digest, before) = (new List<string>(), "", "");
        foreach (var line in laptop)
        {
            var call = await checkouts.LaptopAsync([.. line.Replace(Digest, digest).Replace(DigestBefore, before).Split(' '), "--order-only", "--output", "json"]);
            call.ExitCode.ShouldBe(0, call.Output + call.Error);
            answers.Add(Answer(call.Output));
            using var document = JsonDocument.Parse(call.Output);
            if (document.RootElement.GetProperty("data").TryGetProperty("artifact", out var artifact))
                (before, digest) = (digest, artifact.GetProperty("digest").GetString()!);
        }

        return string.Join('\n', answers);
    }

    /// <summary>Targets in order, then inputs by name.</summary>
    private static string Answer(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Text(document.RootElement.GetProperty("data").GetProperty("order"));
    }

    private static string Calls(ProcessResult run)
    {
        using var document = JsonDocument.Parse(run.Output);
        return string.Join('\n', document.RootElement.GetProperty("data").GetProperty("jobs").EnumerateArray()
            .SelectMany(job => job.GetProperty("steps").EnumerateArray()).SelectMany(step => step.GetProperty("calls").EnumerateArray()).Select(Text));
    }

    private static string Text(JsonElement order) =>
        $"{string.Join(", ", order.GetProperty("targets").EnumerateArray().Select(target => target.GetString()))} of "
        + string.Join(", ", order.GetProperty("inputs").EnumerateObject().OrderBy(input => input.Name, StringComparer.Ordinal).Select(input => $"{input.Name} {input.Value}"));

    /// <summary>Two repositories of the same files: the runner clones the one, the laptop works in the other. What was asked there once is remembered.</summary>
    public sealed class Checkouts : IAsyncLifetime
    {
        private readonly ConcurrentDictionary<string, Lazy<Task<ProcessResult>>> _asked = new();

        internal RepositoryRoot Runner { get; private set; } = null!;

        private RepositoryRoot Laptop { get; set; } = null!;

        public async Task InitializeAsync() => (Runner, Laptop) = (await RepositoryRoot.OfCheckoutAsync(), await RepositoryRoot.OfCheckoutAsync());

        public Task DisposeAsync()
        {
            Runner.Dispose();
            Laptop.Dispose();
            return Task.CompletedTask;
        }

        internal Task<ProcessResult> LaptopAsync(string[] words) =>
            _asked.GetOrAdd(string.Join(' ', words), _ => new Lazy<Task<ProcessResult>>(() => Program.RunAsync(Laptop.Root, words))).Value;
    }
}
