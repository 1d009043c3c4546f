using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Tests.Environments;

public sealed class SecretReferenceTests
{
    [Theory]
    [InlineData("env:A_1", SecretSource.Env, "A_1")]
    [InlineData("file:secrets/a b", SecretSource.File, "secrets/a b")]
    [InlineData("command:pass show x", SecretSource.Command, "pass show x")]
    [InlineData("text:", SecretSource.Text, "")]
    [InlineData("text:a:b", SecretSource.Text, "a:b")]
    public void Each_form_is_read_and_written_back(string text, SecretSource source, string location)
    {
        var reference = SecretReference.Parse(text);

        reference.ShouldBe(new SecretReference(source, location));
        reference.ToString().ShouldBe(text);
    }

    [Fact]
    public void What_is_no_reference_is_refused_without_being_repeated()
    {
        var error = Should.Throw<OperationException>(() => SecretReference.Parse("hunter2"));

        error.ExitCode.ShouldBe(ExitCodes.Configuration);
        error.Explain().ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData("a b  c", "a|b|c")]
    [InlineData(" a\t'b c' ", "a|b c")]
    [InlineData("a 'b \"c\" \\d'", "a|b \"c\" \\d")]
    [InlineData("a \"b \\\" \\\\ \\c 'd'\"", "a|b \" \\ \\c 'd'")]
    [InlineData("a b\\ c", "a|b c")]
    [InlineData("a ''", "a|")]
    [InlineData("a x'y'\"z\"", "a|xyz")]
    [InlineData("a $HOME '|' \"$(id)\" *", "a|$HOME|||$(id)|*")]
    public void A_command_is_split_into_words(string text, string expected)
    {
        CommandWords.TrySplit(text, out var words, out _).ShouldBeTrue();

        string.Join('|', words).ShouldBe(expected);
    }

    [Theory]
    [InlineData("", "names no program")]
    [InlineData("''", "names no program")]
    [InlineData("a 'b", "has a single quote that is never closed")]
    [InlineData("a \"b", "has a double quote that is never closed")]
    [InlineData("a \\", "ends in a backslash")]
    [InlineData("a;b", "needs a shell for \";\", and commands run without one; put it into a script and name the script")]
    [InlineData("a > b", "needs a shell for \">\", and commands run without one; put it into a script and name the script")]
    [InlineData("a $(b)", "needs a shell for \"$\", and commands run without one; put it into a script and name the script")]
    [InlineData("a `b`", "needs a shell for \"`\", and commands run without one; put it into a script and name the script")]
    public void What_wants_a_shell_is_refused(string text, string complaint)
    {
        CommandWords.TrySplit(text, out _, out var said).ShouldBeFalse();

        said.ShouldBe(complaint);
    }
}
