using OpticWorks.Build.Completions;
using OpticWorks.Build.Explanations;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Build.Tests;

/// <summary>The real shells, in a checkout whose build.sh must never be started.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly TemporaryRoot _root = new();

    public CompletionTests()
    {
        _root.CopyFromCheckout(".nuke/build.schema.json");
        foreach (var name in new[] { "local", "staging", "two words" })
            _root.Write($".nuke/environments/{name}.json", "{}");
        _root.Write(".nuke/environments/staging.known_hosts", "");
        File.SetUnixFileMode(_root.Write("build.sh", "#!/bin/sh\ntouch \"$0.started\"\n"), (UnixFileMode)0b111_101_101);
    }

    public void Dispose()
    {
        File.Exists(_root.At("build.sh.started")).ShouldBeFalse("completion must not start the program");
        _root.Dispose();
    }

    [Fact]
    public async Task Bash_offers_targets_without_those_that_only_others_bring_along()
    {
        var all = await BashAsync("");

        all.ShouldBe(TargetNames.All);
        all.ShouldNotContain("RehearseEnd");
    }

    [Theory]
    [InlineData("re", "Rehearse Release Releases Restore RestoreBackup RestoreDrill Resume RevertMigrations")]
    [InlineData("Restore Reh", "Rehearse")]
    [InlineData("Explain --of LocalS", "LocalStatus")]
    [InlineData("Explain --of Expl", "Explain")]
    [InlineData("Build --skip Restore Reh", "Rehearse")]
    [InlineData("Build --store-d", "--store-directory")]
    [InlineData("Rehearse --keep --pla", "--plan --plan-only")]
    [InlineData("Rehearse --plan-only --pla", "--plan")]
    [InlineData("Rehearse --keep ", "*--plan-only")]
    [InlineData("Provision --environment s", "staging")]
    [InlineData("Provision --environment staging --confirm st", "staging")]
    [InlineData("Provision --environment staging ", "*--deploy-key")]
    [InlineData("Test --verbosity q", "Quiet")]
    [InlineData("Test --output ", "text json")]
    [InlineData("Completion --shell f", "fish")]
    [InlineData("Test --host T", "Terminal")]
    [InlineData("Restore --store-directory ", "")]
    [InlineData("SelfTest --filter R", "")]
    [InlineData("Test --unknown R", "")]
    public async Task Bash_offers_what_may_follow(string line, string expected)
    {
        var candidates = await BashAsync(line.Split(' '));

        if (expected.StartsWith('*'))
            candidates.ShouldContain(expected[1..]);
        else
            candidates.ShouldBe(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Bash_takes_words_as_they_are()
    {
        // Neither a path nor a word is ever read as shell text, an awk escape or a pattern.
        var candidates = await BashAsync("$(touch build.sh.started)", "`touch build.sh.started`", "\\", "'", "*", "Lo");

        candidates.ShouldBe(["LocalDown", "LocalStatus", "LocalUp", "Logs"]);
    }

    [Fact]
    public async Task Bash_offers_files_where_no_schema_is()
    {
        File.Delete(_root.At(".nuke/build.schema.json"));

        (await BashAsync("R")).ShouldBeEmpty();
        CompletionScript.For("bash").ShouldContain("complete -o default -F _opticworks_build build.sh");
    }

    [ProgramFact("zsh")]
    public async Task Zsh_offers_the_same()
    {
        _root.Write("test.zsh",
            """
            compdef() { }
            _files() { print files }
            _describe() { print -l -- "${(@P)2}" }
            source ./complete
            words=(./build.sh Provision --environment s) CURRENT=4; _opticworks_build
            words=(./build.sh Rehearse --plan-) CURRENT=3; _opticworks_build
            words=(./build.sh Restore --store-directory '') CURRENT=4; _opticworks_build
            """);

        (await RunAsync("zsh", "zsh", "-f", "test.zsh")).ShouldBe(["staging:environment", "--plan-only:Show what would be done, and touch nothing", "files"]);
    }

    [ProgramFact("fish")]
    public async Task Fish_offers_the_same()
    {
        _root.Write("test.fish",
            """
            source ./complete
            complete -C "./build.sh Provision --environment s"
            complete -C "./build.sh Rehearse --plan-"
            """);

        (await RunAsync("fish", "fish", "--no-config", "test.fish")).ShouldBe(["staging\tenvironment", "--plan-only\tShow what would be done, and touch nothing"]);
    }

    [Theory]
    [InlineData("/usr/bin/fish", "complete -c build.sh")]
    [InlineData("zsh", "compdef _opticworks_build build.sh")]
    [InlineData("PowerShell", "Register-ArgumentCompleter")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public void A_shell_is_known_by_name_or_path(string shell, string part)
    {
        CompletionScript.For(shell).ShouldContain(part);
        CompletionScript.For(shell).ShouldNotContain("@CANDIDATES@");
    }

    [Fact]
    public async Task The_target_prints_the_script_and_nothing_else()
    {
        var run = await Program.RunAsync(_root, "Completion", "--shell", "bash");

        (run.ExitCode, run.Error).ShouldBe((0, ""));
        run.Output.ShouldBe(CompletionScript.For("bash"));
    }

    private Task<IReadOnlyList<string>> BashAsync(params string[] words)
    {
        _root.Write("test.bash",
            """
            source ./complete
            COMP_WORDS=(./build.sh "$@") COMP_CWORD=$#
            _opticworks_build
            [ ${#COMPREPLY[@]} = 0 ] || printf '%s\n' "${COMPREPLY[@]}"
            """);
        return RunAsync("bash", ["bash", "--norc", "test.bash", .. words]);
    }

    private async Task<IReadOnlyList<string>> RunAsync(string shell, params string[] command)
    {
        _root.Write("complete", CompletionScript.For(shell));
        var run = await LocalProcess.RunAsync(new LocalCommand(command[0], command[1..])
        {
            WorkingDirectory = _root.Path,
            Environment = new Dictionary<string, string?> { ["HOME"] = _root.Path },
            Limit = TimeSpan.FromMinutes(1),
        });
        (run.ExitCode, run.Error).ShouldBe((0, ""), run.Output);
        return run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
