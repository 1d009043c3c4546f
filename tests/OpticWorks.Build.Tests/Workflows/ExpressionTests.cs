using OpticWorks.Build.Workflows.Running;
using OpticWorks.Operations;

namespace OpticWorks.Build.Tests.Workflows;

/// <summary>Expressions as GitHub documents them, as far as RunWorkflow knows them.</summary>
public sealed class ExpressionTests
{
    private static ExpressionContext Context(bool failed) => new(path => path switch
    {
        "inputs.environment" => "staging",
        "inputs.empty" => "",
        "secrets.X" => "it's ${{ a }} secret",
        _ => null,
    }, failed);

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("${{ inputs.environment }}", "staging")]
    [InlineData("a-${{ inputs.environment }}-${{inputs.empty}}b", "a-staging-b")]
    [InlineData("${{ 'it''s' }}", "it's")]
    [InlineData("${{ 'a  b' }}", "a  b")]
    [InlineData("${{ secrets.X }}", "it's ${{ a }} secret")]
    [InlineData("${{ inputs.empty || 'other' }}", "other")]
    [InlineData("${{ inputs.environment == 'STAGING' && 'yes' || 'no' }}", "yes")]
    [InlineData("${{ inputs.environment != 'staging' }}", "false")]
    [InlineData("${{ inputs.missing }}", "")]
    [InlineData("${{ 1 }}", "1")]
    [InlineData("${{ !(true && false) }}", "true")]
    public void Text_is_filled(string text, string filled) => Expression.Fill(text, Context(failed: false)).ShouldBe(filled);

    [Theory]
    [InlineData(null, true, false)]
    [InlineData("cancelled() || failure()", false, true)]
    [InlineData("always()", true, true)]
    [InlineData("!cancelled()", true, true)]
    [InlineData("success()", true, false)]
    [InlineData("inputs.environment == 'staging'", true, false)]
    [InlineData("${{ inputs.environment == 'production' }}", false, false)]
    [InlineData("failure() && inputs.environment == 'staging'", false, true)]
    public void A_condition_holds(string? condition, bool afterSuccess, bool afterFailure)
    {
        Expression.IsTrue(condition, Context(failed: false)).ShouldBe(afterSuccess);
        Expression.IsTrue(condition, Context(failed: true)).ShouldBe(afterFailure);
    }

    [Theory]
    [InlineData("${{ hashFiles('**') }}")]
    [InlineData("${{ fromJSON('{}') }}")]
    [InlineData("${{ a }}")]
    [InlineData("${{ inputs.environment == }}")]
    [InlineData("${{ (true }}")]
    [InlineData("${{ inputs.x > 3 }}")]
    [InlineData("${{ inputs.x, 3 }}")]
    public void What_is_not_known_is_refused_and_not_guessed(string text) =>
        Should.Throw<OperationException>(() => Expression.Fill(text, Context(failed: false))).ExitCode.ShouldBe(ExitCodes.Configuration);

    [Fact]
    public void A_runner_s_file_holds_lines_and_blocks()
    {
        RunnerFile.Read("a=1\r\nb=x=y\n\nc<<END\none\ntwo\nEND\nd=\n").ShouldBe(new Dictionary<string, string> { ["a"] = "1", ["b"] = "x=y", ["c"] = "one\ntwo", ["d"] = "" }, ignoreOrder: true);
        Should.Throw<OperationException>(() => RunnerFile.Read("nothing\n"));
        Should.Throw<OperationException>(() => RunnerFile.Read("c<<END\none\n"));
    }

    [Fact]
    public void Jobs_come_after_what_they_need()
    {
        JobOrder.Of([Job("c", "b"), Job("b", "a"), Job("a"), Job("d")], null).Select(job => job.Id).ShouldBe(["a", "b", "c", "d"]);
        JobOrder.Of([Job("c", "b"), Job("b", "a"), Job("a")], "b").Select(job => job.Id).ShouldBe(["b"]);
        Should.Throw<OperationException>(() => JobOrder.Of([Job("a", "b"), Job("b", "a")], null)).Message.ShouldContain("a, b");
        Should.Throw<OperationException>(() => JobOrder.Of([Job("a")], "x")).Next.ShouldBe("--job a");
    }

    private static JobText Job(string id, params string[] needs) => new(id, needs, null, null, new Dictionary<string, string>(), new Dictionary<string, string>(), []);
}
