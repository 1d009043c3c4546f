using FsCheck;
using FsCheck.Fluent;
using OpticWorks.Operations.GitHub;

namespace OpticWorks.Operations.Tests.GitHub;

public sealed class SendAgainTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_000_000);

    private static readonly GitHubLimits Limits = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(120), 4);

    [Theory]
    // GitHub's own words first.
    [InlineData("POST", 429, "7", null, null, "", 7)]
    [InlineData("POST", 403, "7", "0", "1000099", "", 7)]
    [InlineData("GET", 403, null, "0", "1000030", "API rate limit exceeded", 30)]
    [InlineData("GET", 403, null, "0", "999000", "API rate limit exceeded", 1)]
    [InlineData("POST", 403, null, "41", null, "You have exceeded a secondary rate limit", 60)]
    [InlineData("POST", 429, null, null, null, "", 60)]
    // Longer than this suite waits.
    [InlineData("GET", 403, null, "0", "1003600", "", null)]
    [InlineData("GET", 429, "121", null, null, "", null)]
    // A missing right is no limit.
    [InlineData("GET", 403, null, "41", "1000030", "Resource not accessible by integration", null)]
    [InlineData("GET", 401, null, null, null, "", null)]
    [InlineData("GET", 422, null, null, null, "", null)]
    // Faults: only what may be carried out twice.
    [InlineData("GET", 502, null, null, null, "", 1)]
    [InlineData("PATCH", 503, null, null, null, "", 1)]
    [InlineData("POST", 502, null, null, null, "", null)]
    [InlineData("GET", null, null, null, null, "", 1)]
    [InlineData("POST", null, null, null, null, "", null)]
    public void The_first_answer_decides(string method, int? status, string? after, string? remaining, string? reset, string message, int? seconds) =>
        SendAgain.After(new GitHubAnswer(method, status) { RetryAfter = after, Remaining = remaining, Reset = reset, Message = message }, 1, TimeSpan.Zero, Limits, Now)
            .ShouldBe(seconds is { } wait ? TimeSpan.FromSeconds(wait) : null);

    [Fact]
    public void What_was_never_sent_may_be_sent_whatever_it_is() =>
        SendAgain.After(new GitHubAnswer("POST", null, Sent: false), 2, TimeSpan.Zero, Limits, Now).ShouldBe(TimeSpan.FromSeconds(2));

    /// <summary>However GitHub answers, a call ends within its limits.</summary>
    [Fact]
    public void A_call_never_waits_longer_than_its_limit() => Prop.ForAll(
        ArbMap.Default.ArbFor<(int Status, int After, bool Post)[]>(), answers =>
        {
            var (waited, attempt) = (TimeSpan.Zero, 0);
            foreach (var (status, after, post) in answers)
            {
                attempt++;
                var answer = new GitHubAnswer(post ? "POST" : "GET", (int[])[403, 429, 500, 502, 200] is var known ? known[Math.Abs(status % known.Length)] : 0) { RetryAfter = $"{after}" };
                if (SendAgain.After(answer, attempt, waited, Limits, Now) is not { } wait)
                    break;
                waited += wait;
            }

            return waited <= Limits.Wait && attempt <= Limits.Attempts;
        }).QuickCheckThrowOnFailure();
}
