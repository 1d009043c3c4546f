using Nuke.Common.Tooling;
using Nuke.Common.Utilities;
using Nuke.Components;

namespace Nuke.Common.Tests.Tools;

public sealed class HelperTests
{
    [Theory]
    [InlineData("GitHubToken", "Git-Hub-Token", "GitHub-Token")]
    [InlineData("MyDotNetVersion", "My-Dot-Net-Version", "My-DotNet-Version")]
    [InlineData("NuGetApiKey", "Nu-Get-Api-Key", "NuGet-Api-Key")]
    [InlineData("HTTPServer", "HTTP-Server", "HTTP-Server")]
    [InlineData("Z1", "Z1", "Z1")]
    [InlineData("renamed-thing", "renamed-thing", "renamed-thing")]
    [InlineData("", "", "")]
    public void Words_are_split(string name, string words, string withKnownWords)
    {
        name.SplitCamelHumps().JoinDash().ShouldBe(words);
        name.SplitCamelHumpsWithKnownWords().JoinDash().ShouldBe(withKnownWords);
    }

    [Fact]
    public void Lists_are_joined()
    {
        new[] { "a", "b", "c" }.JoinCommaOr().ShouldBe("a, b or c");
        new[] { "a" }.JoinCommaAnd().ShouldBe("a");
        "\"a\"".TrimMatchingDoubleQuotes().ShouldBe("a");
        "abc".TrimEnd("bc").TrimStart("x").ShouldBe("a");
    }

    [Fact]
    public void Checks_throw_with_the_expression()
    {
        string nothing = null;
        Should.Throw<ArgumentException>(() => nothing.NotNull()).Message.ShouldContain("nothing");
        Should.Throw<ArgumentException>(() => " ".NotNullOrWhiteSpace("blank")).Message.ShouldBe("blank");
        Should.Throw<ArgumentException>(() => Assert.True(1 > 2)).Message.ShouldContain("1 > 2");
        Should.Throw<ArgumentException>(() => Assert.HasSingleItem(new[] { 1, 2 }));
        Should.Throw<Exception>(() => Assert.Fail("failed")).Message.ShouldBe("failed");
        "x".NotNull().ShouldBe("x");
    }

    [Fact]
    public void Retry_tries_again_and_throws_the_last_error()
    {
        var attempts = 0;
        var cleanups = 0;

        ControlFlow.ExecuteWithRetry(() => Assert.True(++attempts == 3), () => cleanups++, logAction: _ => { });
        Should.Throw<Exception>(() => ControlFlow.ExecuteWithRetry(() => Assert.Fail($"{++attempts}"), retryAttempts: 2, logAction: _ => { }))
            .Message.ShouldBe("5");

        cleanups.ShouldBe(3);
    }

    [Fact]
    public void Enumerations_compare_by_value()
    {
        string release = Configuration.Release;
        release.ShouldBe("Release");
        (Configuration.Debug == Configuration.Release).ShouldBeFalse();
        new Enumeration.TypeConverter<Configuration>().ConvertFrom("dEBUG").ShouldBe(Configuration.Debug);
    }

    [Fact]
    public void Parts_of_a_partition_are_the_whole()
    {
        var converter = new CI.Partition.TypeConverter();
        var items = Enumerable.Range(0, 10).ToList();

        var parts = new[] { "1/3", "2/3", "3/3" }.SelectMany(text => ((CI.Partition)converter.ConvertFrom(text)).GetCurrent(items));

        parts.Order().ShouldBe(items);
        CI.Partition.Single.GetCurrent(items).ShouldBe(items);
    }
}
