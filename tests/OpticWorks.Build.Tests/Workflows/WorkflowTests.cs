using System.Reflection;
using OpticWorks.Build.Workflows;
using OpticWorks.Operations;

namespace OpticWorks.Build.Tests.Workflows;

/// <summary>The workflow files are what the program describes, and break none of this suite's rules.</summary>
public sealed class WorkflowTests
{
    private static readonly IReadOnlyList<PipelineAttribute> Pipelines = [.. typeof(StoreBuild).GetCustomAttributes<PipelineAttribute>()];

    public static IEnumerable<object[]> Names => Pipelines.Select(pipeline => new object[] { pipeline.IdPostfix });

    [Theory]
    [MemberData(nameof(Names))]
    public void A_workflow_breaks_no_rule(string name)
    {
        var text = TextOf(name);

        WorkflowCheck.Of(text).ShouldBeEmpty();
        text.ShouldNotContain("\r");
        text.ShouldContain($"\nname: {name}\n");
    }

    [Fact]
    public void Every_workflow_of_the_checkout_is_described()
    {
        var there = Directory.GetFiles(TemporaryRoot.InCheckout(Path.Combine(".github", "workflows"))).Select(Path.GetFileNameWithoutExtension);

        there.ShouldBe(Pipelines.Select(pipeline => pipeline.IdPostfix), ignoreOrder: true);
    }

    /// <summary>Planted violations of each rule, made of a real workflow.</summary>
    [Theory]
    [InlineData("permissions: {}", "permissions: write-all", "the top level must be {}")]
    [InlineData("    permissions:\n      contents: read\n      deployments: write\n      statuses: write\n    environment: staging\n", "    environment: staging\n", "staging: permissions are missing")]
    [InlineData("      statuses: write\n    environment: staging", "      actions: write\n    environment: staging", "staging: permissions allow more")]
    [InlineData("      contents: read\n    outputs", "      contents: write\n    outputs", "build: permissions allow more")]
    [InlineData("          SSH_KEY: ${{ secrets.SSH_KEY }}", "          SSH_KEY: ${{ github.token }}", "only the program gets the token")]
    [InlineData("          global-json-file: global.json", "          token: ${{ github.token }}", "only the program gets the token")]
    [InlineData("actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0", "actions/checkout@v5", "pin: ")]
    [InlineData(" # v5.0.0", "", "pin: ")]
    [InlineData("\"$ENVIRONMENT\" --confirm", "${{ inputs.environment }} --confirm", "an expression stands inside a script")]
    [InlineData("    timeout-minutes: 45\n", "", "staging: timeout-minutes is missing")]
    [InlineData("cancel-in-progress: false", "cancel-in-progress: true", "a concurrency group that cancels nothing")]
    [InlineData("persist-credentials: 'false'", "persist-credentials: 'true'", "persist-credentials must be false")]
    [InlineData("exec ./build.cmd DeployBackend", "./build.cmd DeployBackend", "must be exec'ed")]
    [InlineData("'cancelled() || failure()'", "failure()", "does not take back")]
    [InlineData(" --abort --own-only", " --abort", "does not take back")]
    public void A_planted_violation_is_caught(string good, string bad, string finding)
    {
        var text = TextOf("deploy-backend");
        text.ShouldContain(good);

        WorkflowCheck.Of(text.Replace(good, bad)).ShouldContain(found => found.Contains(finding, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stale_file_fails_the_check_with_the_difference_and_the_command()
    {
        using var root = new TemporaryRoot();
        var file = root.Write(".github/workflows/backup.yml", File.ReadAllText(TemporaryRoot.InCheckout(".github/workflows/backup.yml")).Replace("17 3 * * *", "18 3 * * *"));
        foreach (var other in Directory.GetFiles(TemporaryRoot.InCheckout(".github/workflows")).Where(path => Path.GetFileName(path) != "backup.yml"))
            root.Write($".github/workflows/{Path.GetFileName(other)}", File.ReadAllText(other));
        root.Write("build.cmd", "");

        var run = await Program.RunAsync(root, "Workflows", "--check");

        run.ExitCode.ShouldBe(ExitCodes.PreflightRefused, run.Output);
        (run.Output + run.Error).ShouldContain("-    - cron: '18 3 * * *'");
        (run.Output + run.Error).ShouldContain("./build.sh Workflows");
        (await Program.RunAsync(root, "Workflows")).ExitCode.ShouldBe(0);
        (await Program.RunAsync(root, "Workflows", "--check")).ExitCode.ShouldBe(0);
        File.ReadAllText(file).ShouldContain("17 3 * * *");
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("two words", "two words")]
    [InlineData("it's", "'it''s'")]
    [InlineData("22.1", "'22.1'")]
    [InlineData("true", "'true'")]
    [InlineData("a: b", "'a: b'")]
    [InlineData("a #b", "'a #b'")]
    [InlineData("*", "'*'")]
    [InlineData("", "''")]
    [InlineData("${{ secrets.X }}", "${{ secrets.X }}")]
    [InlineData("- x", "'- x'")]
    public void A_value_is_quoted_where_YAML_would_read_another(string text, string yaml) => Yaml.Value(text).ShouldBe(yaml);

    private static string TextOf(string name) => File.ReadAllText(TemporaryRoot.InCheckout($".github/workflows/{name}.yml"));
}
