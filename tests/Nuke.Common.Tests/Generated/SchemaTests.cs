using System.Text.Json.Nodes;
using Nuke.Common.Tests.Builds;
using Nuke.Common.Tests.Golden;

namespace Nuke.Common.Tests.Generated;

[Collection(BuildCollection.Name)]
public sealed class SchemaTests : IDisposable
{
    private readonly TestRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Schema_is_what_NUKE_writes_but_for_its_hosts_and_repetitions()
    {
        var recorded = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "build.schema.json")));
        recorded["definitions"]["Host"]["enum"] = new JsonArray("GitHubActions", "Terminal");
        recorded["definitions"]["Env"]["enum"] = new JsonArray("Dev", "Staging", "Production");

        _run.Execute(Build.Run, "--shell-completion").ShouldBe(new BuildResult(0, string.Empty));

        JsonNode.Parse(_run.Read(".nuke/build.schema.json")).ToJsonString().ShouldBe(recorded.ToJsonString());
    }

    [Fact]
    public void Local_run_writes_schema_and_parameter_file_once()
    {
        _run.Execute(Build.Run, "a");
        var schema = new FileInfo(Path.Combine(_run.Root, ".nuke/build.schema.json"));
        var written = schema.LastWriteTimeUtc;
        JsonNode.Parse(_run.Read(".nuke/parameters.json"))["$schema"].GetValue<string>().ShouldBe("./build.schema.json");

        _run.Execute(Build.Run, "a").ExitCode.ShouldBe(0);

        schema.Refresh();
        schema.LastWriteTimeUtc.ShouldBe(written);
    }

    [Fact]
    public void Changed_schema_is_written_again()
    {
        _run.Execute(Build.Run, "a");
        var schema = _run.Read(".nuke/build.schema.json");
        _run.WithFile(".nuke/build.schema.json", "{}");

        _run.Execute(Build.Run, "a");

        _run.Read(".nuke/build.schema.json").ShouldBe(schema);
    }

    [Theory]
    [InlineData("build no", "")]
    [InlineData("build uses", "uses-dyn uses-skip")]
    [InlineData("build uses-dyn uses", "uses-skip")]
    [InlineData("build show --gree", "--greeting")]
    [InlineData("build --environment s", "Staging")]
    [InlineData("build --skip hidd", "")]
    [InlineData("build --verbosity ", "Minimal Normal Quiet Verbose")]
    [InlineData("build --ho", "--host")]
    public void Completion_proposes_what_may_follow(string words, string expected) =>
        _run.Execute(Build.Run, [":complete", words]).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
