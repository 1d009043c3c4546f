using System.Text;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Provisioning;

namespace OpticWorks.Operations.Tests.Provisioning;

/// <summary>The scripts that hosts run, run here on files of our own.</summary>
public sealed class HostScriptsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("provision-").FullName;

    [Fact]
    public async Task A_file_is_written_whole_with_its_mode()
    {
        File.WriteAllText(Path("x"), "old");

        (await WriteAsync("new\n", "0640")).Succeeded.ShouldBeTrue();

        File.ReadAllText(Path("x")).ShouldBe("new\n");
        File.GetUnixFileMode(Path("x")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Directory.GetFiles(_folder).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_file_that_its_check_refuses_leaves_the_old_one()
    {
        File.WriteAllText(Path("x"), "old");

        var refused = await WriteAsync("new\n", "0640", "grep", "-q", "good");

        refused.Succeeded.ShouldBeFalse();
        File.ReadAllText(Path("x")).ShouldBe("old");
        Directory.GetFiles(_folder).ShouldHaveSingleItem();
        (await WriteAsync("good\n", "0640", "grep", "-q", "good")).Succeeded.ShouldBeTrue();
        File.ReadAllText(Path("x")).ShouldBe("good\n");
    }

    [Fact]
    public async Task Contents_that_were_cut_off_leave_the_old_file()
    {
        File.WriteAllText(Path("x"), "old");
        var whole = new FileResource(Path("x"), "new\n", "u", "g", "0644").Digest;

        var refused = await RunAsync(ShellCommand.Script(FileResource.WriteScript, Path("x"), await UserAsync(), await GroupAsync(), "0644", whole), "ne");

        refused.ExitCode.ShouldBe(65);
        File.ReadAllText(Path("x")).ShouldBe("old");
        Directory.GetFiles(_folder).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_link_in_the_place_of_the_temporary_file_is_not_followed()
    {
        File.WriteAllText(Path("victim"), "untouched");
        File.CreateSymbolicLink(Path("x.opticworks.new"), Path("victim"));

        (await WriteAsync("new\n", "0644")).Succeeded.ShouldBeTrue();

        File.ReadAllText(Path("victim")).ShouldBe("untouched");
        File.ReadAllText(Path("x")).ShouldBe("new\n");
    }

    [Theory]
    [InlineData("a\nb\n", "a\nb\ninclude it's\n")]
    [InlineData("a", "a\ninclude it's\n")]
    [InlineData("", "include it's\n")]
    public async Task A_line_is_added_after_the_last_one(string before, string after)
    {
        File.WriteAllText(Path("x"), before);

        (await RunAsync(ShellCommand.Script(LineResource.AppendScript, Path("x"), "include it's"), "")).Succeeded.ShouldBeTrue();

        File.ReadAllText(Path("x")).ShouldBe(after);
    }

    [Fact]
    public async Task A_link_replaces_a_link()
    {
        File.CreateSymbolicLink(Path("current"), "old");

        (await RunAsync(ShellCommand.Script(LinkResource.Script, Path("current"), "new"), "")).Succeeded.ShouldBeTrue();

        new FileInfo(Path("current")).LinkTarget.ShouldBe("new");
    }

    [Fact]
    public async Task A_program_arrives_compressed_and_is_compared()
    {
        File.WriteAllText(Path("program"), "#!/bin/sh\necho it works\n");
        var file = await CompressedFile.ReadAsync(Path("program"), CancellationToken.None);

        using (var content = file.OpenCompressed())
            (await RunAsync(ShellCommand.Script(ProgramResource.Script, Path("copy"), file.Sha256), content)).Succeeded.ShouldBeTrue();
        using (var content = file.OpenCompressed())
            (await RunAsync(ShellCommand.Script(ProgramResource.Script, Path("other"), "00"), content)).ExitCode.ShouldBe(65);

        (await LocalProcess.RunAsync(new LocalCommand(Path("copy")))).Output.ShouldBe("it works\n");
        File.Exists(Path("other")).ShouldBeFalse();
    }

    [Fact]
    public async Task The_probe_answers_what_is_there_and_keeps_silent_about_what_is_not()
    {
        const string Odd = "tab\there, é 木\n\nno line feed at the end";
        File.WriteAllText(Path("file"), Odd);
        File.WriteAllText(Path("empty"), "");
        File.CreateSymbolicLink(Path("link"), "no\nwhere");
        Directory.CreateDirectory(Path("folder"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var user = await UserAsync();
        List<string> questions =
        [
            .. new[] { "file", "empty", "link", "folder", "missing" }.SelectMany(name => new[] { $"path:{Path(name)}", $"content:{Path(name)}" }),
            $"digest:{Path("file")}", $"digest:{Path("missing")}", $"user:{user}", "user:nobody-of-this-name",
        ];

        var answer = await RunAsync(ShellCommand.Script(HostProbe.Script, questions), "");

        answer.Error.ShouldBeEmpty();
        var state = HostState.Parse("here", answer.Output);
        state.PathAt(Path("file"))!.Kind.ShouldBe(PathKind.File);
        state.PathAt(Path("file"))!.Modified.ShouldBe(File.GetLastWriteTimeUtc(Path("file")), TimeSpan.FromMicroseconds(1));
        state.ContentOf(Path("file")).ShouldBe(Odd);
        state.DigestOf(Path("file")).ShouldBe(new FileResource("/x", Odd, "u", "g", "0644").Digest);
        state.PathAt(Path("empty"))!.Kind.ShouldBe(PathKind.File);
        state.ContentOf(Path("empty")).ShouldBe("");
        state.PathAt(Path("link"))!.Target.ShouldBe("no\nwhere");
        state.ContentOf(Path("link")).ShouldBeNull();
        state.PathAt(Path("folder"))!.Mode.ShouldBe("700");
        state.PathAt(Path("missing")).ShouldBeNull();
        state.ContentOf(Path("missing")).ShouldBeNull();
        state.UserNamed(user)!.Groups.ShouldContain(await GroupAsync());
        state.UserNamed("nobody-of-this-name").ShouldBeNull();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Path(string name) => System.IO.Path.Combine(_folder, name);

    private async Task<ProcessResult> WriteAsync(string content, string mode, params string[] validation) =>
        await RunAsync(new FileResource(Path("x"), content, await UserAsync(), await GroupAsync(), mode) { Validation = validation }.Command, content);

    private static Task<ProcessResult> RunAsync(ShellCommand command, string input) =>
        LocalProcess.RunAsync(new LocalCommand("sh", "-c", command.ToString()) { StandardInput = input });

    private static Task<ProcessResult> RunAsync(ShellCommand command, Stream input) =>
        LocalProcess.PipeAsync(new LocalCommand("sh", "-c", command.ToString()), input, (_, _) => Task.CompletedTask);

    private static async Task<string> UserAsync() => (await LocalProcess.RunAsync(new LocalCommand("id", "-un"))).Output.Trim();

    private static async Task<string> GroupAsync() => (await LocalProcess.RunAsync(new LocalCommand("id", "-gn"))).Output.Trim();
}
