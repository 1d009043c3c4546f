using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Operations.Tests.Releases;

public sealed class ReleaseTextTests
{
    private static readonly HostLayout Layout = new("/opt/medusa");

    [Fact]
    public void A_release_id_says_when_and_from_which_commit() =>
        ReleaseId.New(new DateTimeOffset(2026, 11, 22, 15, 12, 3, TimeSpan.FromHours(1)), "3f9c2ab1d0-dirty").Text
            .ShouldBe("r-20261122-141203-3f9c2ab");

    [Fact]
    public void Without_a_commit_it_says_so() =>
        ReleaseId.New(DateTimeOffset.UnixEpoch, null).Text.ShouldBe("r-19700101-000000-0000000");

    [Theory]
    [InlineData("")]
    [InlineData("r-20261122-141203-3f9c2ab\n")]
    [InlineData("r-20261122-141203-3f9c2ab/../..")]
    [InlineData("r-20261122-1412-3f9c2ab")]
    [InlineData("R-20261122-141203-3f9c2ab")]
    [InlineData("r-２0261122-141203-3f9c2ab")]
    public void Other_texts_are_refused(string text) =>
        Should.Throw<OperationException>(() => ReleaseId.Parse(text)).ExitCode.ShouldBe(ExitCodes.Configuration);

    [Fact]
    public async Task Pruning_removes_releases_and_the_layers_that_nothing_refers_to()
    {
        using var folder = new TemporaryFolder();
        var layout = new HostLayout(folder.Path);
        foreach (var (release, layer) in new[] { ("r-1", "a"), ("r-2", "a"), ("r-3", "b") })
        {
            folder.Write($"layers/{layer}/node_modules/x", "");
            folder.Write($"releases/{release}/env", "");
            File.CreateSymbolicLink(folder.At($"releases/{release}/node_modules"), $"{layout.Layer(layer)}/node_modules");
        }

        (await LocalProcess.RunAsync(new LocalCommand("sh", "-c", ReleaseCommands.Prune(layout, ["r-1", "r-3"]).ToString()))).OrFail("prune");
        var listed = await LocalProcess.RunAsync(new LocalCommand("sh", "-c", ReleaseCommands.List(layout).ToString()));

        listed.Output.ShouldBe("r-2\n");
        (Directory.Exists(layout.Layer("a")), Directory.Exists(layout.Layer("b"))).ShouldBe((true, false));
    }

    [Fact]
    public async Task An_archive_that_is_not_the_one_meant_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        var command = ReleaseCommands.Unpack(folder.At("release"), new string('0', 64)).ToString();

        var run = await LocalProcess.RunAsync(new LocalCommand("sh", "-c", command) { StandardInput = "something else" });

        run.Succeeded.ShouldBeFalse();
        Directory.GetFileSystemEntries(folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_shell_reads_the_env_file_as_it_was_meant()
    {
        var text = EnvironmentText.Write(new Dictionary<string, string>
        {
            ["PLAIN"] = "x",
            ["HARD"] = "a b $(id) `id` \"q\" \\ # é",
        });

        var result = await LocalProcess.RunAsync(
            new LocalCommand("sh", "-c", "eval \"$(cat)\"; printf '%s|%s' \"$PLAIN\" \"$HARD\"") { StandardInput = text });

        result.Output.TrimEnd('\n').ShouldBe("x|a b $(id) `id` \"q\" \\ # é");
    }

    [Theory]
    [InlineData("NAME", "it's")]
    [InlineData("NAME", "two\nlines")]
    [InlineData("1NAME", "x")]
    [InlineData("NA ME", "x")]
    [InlineData("", "x")]
    public void What_an_env_file_cannot_carry_is_refused_without_showing_it(string name, string value)
    {
        var error = Should.Throw<OperationException>(() => EnvironmentText.Write(new Dictionary<string, string> { [name] = value }));

        error.ExitCode.ShouldBe(ExitCodes.Configuration);
        error.Explain().ShouldNotContain(value.Length > 1 ? value : "\0");
    }

    [Fact]
    public void A_manifest_reads_back_and_checks_itself()
    {
        var manifest = ArtifactManifest.Of([Part(PartKind.Storefront, "staging"), Part(PartKind.Layer), Part(PartKind.Backend)], "abc", DateTimeOffset.UnixEpoch);
        var text = manifest.Write();

        ArtifactManifest.Read(text, "here").Digest.ShouldBe(manifest.Digest);
        var error = Should.Throw<OperationException>(() => ArtifactManifest.Read(text.Replace("\"length\": 7", "\"length\": 8"), "here"));
        (error.ExitCode, error.Where).ShouldBe((ExitCodes.PreflightRefused, "here"));
    }

    [Fact]
    public void Commit_and_time_do_not_change_an_artifacts_digest() =>
        ArtifactManifest.Of([Part(PartKind.Backend)], "abc", DateTimeOffset.UnixEpoch).Digest
            .ShouldBe(ArtifactManifest.Of([Part(PartKind.Backend)], "def", DateTimeOffset.UtcNow).Digest);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"schema\":2,\"digest\":\"x\",\"builtAt\":\"2026-01-01T00:00:00Z\",\"parts\":[]}")]
    [InlineData("{\"digest\":")]
    public void What_is_no_manifest_is_refused(string text) =>
        Should.Throw<OperationException>(() => ArtifactManifest.Read(text, "here")).ExitCode.ShouldBe(ExitCodes.PreflightRefused);

    private static ArtifactPart Part(PartKind kind, string? environment = null) => new(kind, environment, "in", "content", "file", 7);
}
