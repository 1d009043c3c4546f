using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Operations.Tests.Releases;

/// <summary>A connection that ends between a command's start and the end of its input leaves the file that is there.</summary>
public sealed class CutInputTests : IDisposable
{
    private static readonly ReleaseId Release = ReleaseId.Parse("r-20261122-141203-3f9c2ab");
    private static readonly ReleaseRecord Record = new(Release.Text, "artifact", "layer", null, "mara", DateTimeOffset.UnixEpoch, ReleaseState.Good);

    private readonly RootedHost _control = new();

    public void Dispose() => _control.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public async Task A_record_stays(int arrive)
    {
        await ReleaseBook.WriteAsync(_control, Record, CancellationToken.None);

        _control.Arrive = arrive;
        var failure = await Should.ThrowAsync<OperationException>(() => ReleaseBook.WriteAsync(_control, Record with { State = ReleaseState.Bad }, CancellationToken.None));

        failure.Seen.ShouldNotBeNull().ShouldContain("did not arrive whole");
        (await new ReleaseBook(_control).ReadAsync(CancellationToken.None)).ShouldBe([Record]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public async Task A_host_is_not_marked_by_half(int arrive)
    {
        _control.Arrive = arrive;
        await Should.ThrowAsync<OperationException>(() => BehindHosts.MarkAsync(_control, "api-2", Release, CancellationToken.None));

        (await new BehindHosts(_control).ReadAsync(CancellationToken.None)).ShouldBeEmpty();
    }

    /// <summary>As an earlier version could leave one.</summary>
    [Fact]
    public async Task An_empty_mark_is_read_and_written_anew()
    {
        Directory.CreateDirectory(_control.At("behind"));
        await File.WriteAllTextAsync(_control.At("behind/api-2"), "");

        (await new BehindHosts(_control).ReadAsync(CancellationToken.None)).ShouldBe(new Dictionary<string, string> { ["api-2"] = "" });
        await BehindHosts.MarkAsync(_control, "api-2", Release, CancellationToken.None);
        (await new BehindHosts(_control).ReadAsync(CancellationToken.None)).ShouldBe(new Dictionary<string, string> { ["api-2"] = Release.Text });
    }

    [Fact]
    public async Task A_configuration_stays()
    {
        using var folder = new TemporaryFolder();
        var layout = new HostLayout(folder.Path);
        folder.Write("layers/abc/node_modules/@medusajs/cli/cli.js", "");
        folder.Write($"releases/{Release}/package.json", "");
        var text = EnvironmentText.Write(new Dictionary<string, string> { ["A"] = "1", ["B"] = "2" });
        (await FurnishAsync(text)).OrFail("furnish");
        foreach (var cut in new[] { "", "A='1'\n", text[..^2] })
            (await FurnishAsync(cut)).ExitCode.ShouldBe(65);

        (await File.ReadAllTextAsync(folder.At($"releases/{Release}/env"))).ShouldBe(text);
        Directory.GetFiles(folder.At($"releases/{Release}")).Select(Path.GetFileName).ShouldBe(["env", "package.json", "release", "static"], ignoreOrder: true);
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(folder.At($"releases/{Release}/env")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Task<ProcessResult> FurnishAsync(string input) =>
            LocalProcess.RunAsync(new LocalCommand("sh", "-c", ReleaseCommands.Furnish(layout, Release, "abc", new WholeInput(text).Length).ToString()) { StandardInput = input });
    }
}
