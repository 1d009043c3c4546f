using FsCheck.Fluent;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Tests.Hosts;

public sealed class ShellCommandTests
{
    [Fact]
    public void Plain_words_stay_as_they_are() =>
        ShellCommand.Of("systemctl", "restart", "medusa@9001.service").ToString()
            .ShouldBe("systemctl restart medusa@9001.service");

    [Fact]
    public void Words_with_meaning_for_a_shell_are_quoted() =>
        ShellCommand.Of("echo", "a b", "$(id)", "it's", "").ToString()
            .ShouldBe("""echo 'a b' '$(id)' 'it'\''s' ''""");

    [Fact]
    public void Commands_combine()
    {
        var copy = ShellCommand.Of("cp", "a", "b c");

        ShellCommand.All(copy, ShellCommand.Of("sync")).ToString().ShouldBe("cp a 'b c' && sync");
        copy.Sudo().ToString().ShouldBe("sudo -n cp a 'b c'");
        ShellCommand.Script("rm -- \"$1\"", "a'b").ToString()
            .ShouldBe("""bash -eu -o pipefail -c 'rm -- "$1"' opticworks 'a'\''b'""");
    }

    [Fact]
    public void A_word_with_a_NUL_is_refused() =>
        Should.Throw<ArgumentException>(() => ShellCommand.Of("echo", "a\0b"));

    [Fact]
    public async Task Any_words_arrive_verbatim()
    {
        var words = ArbMap.Default.ArbFor<string>().Generator
            .Select(text => new string([.. (text ?? "").Where(c => c != '\0' && !char.IsSurrogate(c))]))
            .Sample(400, 40)
            .Concat(["'", "''", "\\", "\"", "$(reboot)", "`id`", "a\nb", "a;b", "&&", "|", "*", "~", "-n", "é 木", "!!"]);

        foreach (var batch in words.Chunk(50))
        {
            var command = ShellCommand.Of("printf", ["%s\\0", .. batch]);
            var result = await LocalProcess.RunAsync(new LocalCommand("sh", "-c", command.ToString()));
            result.Output.TrimEnd('\n').Split('\0')[..^1].ShouldBe(batch.Select(word => word.Replace("\r\n", "\n").Replace('\r', '\n')));
        }
    }
}
