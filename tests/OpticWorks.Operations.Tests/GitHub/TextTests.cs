using OpticWorks.Operations.GitHub;
using OpticWorks.Operations.Transactions.Journals;

namespace OpticWorks.Operations.Tests.GitHub;

public sealed class TextTests
{
    [Fact]
    public void Notes_are_Markdown_that_others_cannot_write()
    {
        var notes = new ReleaseNotes("r-2", "production", "r-1",
            [new MergedPull(9, "Add `tax` to [carts](javascript:x)", "@mara", "https://github.com/o/s/pull/9"), new MergedPull(4, "Fix stock", "jon", "https://github.com/o/s/pull/4")],
            [new LooseCommit("3f9c2ab0000", "hotfix")], 2).Markdown();

        notes.ShouldBe(
            """
            Live on production as `r-2`, after `r-1`.

            - Fix stock ([#4](https://github.com/o/s/pull/4), jon)
            - Add \`tax\` to \[carts\]\(javascript:x\) ([#9](https://github.com/o/s/pull/9), @​mara)

            Without a pull request:

            - hotfix (3f9c2ab)

            …and 2 more commits.

            """);
    }

    [Theory]
    [InlineData("a", "```text\na\n```\n")]
    [InlineData("a\n```\nb\n", "````text\na\n```\nb\n````\n")]
    [InlineData("`````", "``````text\n`````\n``````\n")]
    public void A_block_cannot_be_ended_from_inside(string text, string block) => MarkdownText.Block(text).ShouldBe(block);

    [Fact]
    public void A_comment_fits_into_what_GitHub_takes()
    {
        PullRequestComment.Body("migrations", "x").ShouldBe("<!-- opticworks:migrations -->\nx");
        var body = PullRequestComment.Body("migrations", new string('x', 100_000));
        body.Length.ShouldBe(PullRequestComment.MostCharacters);
        body.ShouldEndWith("in the log.\n");
    }

    [Fact]
    public void The_release_before_is_the_one_that_most_instances_ran()
    {
        JournalHeader Header(params (string, string)[] ran) =>
            new("Canary-20261122-141203-0f3a9c", "Canary", "staging", "mara", "laptop", "r-3", ran.ToDictionary(pair => pair.Item1, pair => pair.Item2));

        ReleaseCommits.Before(Header(("api-1:1", "r-1"), ("api-1:2", "r-2"), ("api-2:1", "r-2"), ("artifact", "r-9"))).ShouldBe("r-2");
        ReleaseCommits.Before(Header(("api-1:1", ""), ("api-1:2", "r-3"))).ShouldBeNull();
        ReleaseCommits.Before(Header(("storefront.oldLabel", "r-20261120-091100-b81d0c4 artifact abc"))).ShouldBe("r-20261120-091100-b81d0c4");
    }

    [Fact]
    public void A_summary_that_cannot_be_written_warns()
    {
        using var folder = new TemporaryFolder();
        var (file, narrator) = (Path.Combine(folder.Path, "summary"), new Recorder());

        JobSummary.Append(null, "x", narrator);
        JobSummary.Append(file, "one\n", narrator);
        JobSummary.Append(file, "two\n", narrator);
        narrator.Lines.ShouldBeEmpty();
        JobSummary.Append(folder.Path, "x", narrator);

        File.ReadAllText(file).ShouldBe("one\ntwo\n");
        narrator.Lines.ShouldHaveSingleItem().ShouldStartWith("summary! ");
    }
}
