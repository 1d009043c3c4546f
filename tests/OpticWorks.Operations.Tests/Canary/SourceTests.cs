using OpticWorks.Operations.Canary.Judging;
using OpticWorks.Operations.Canary.Sources;
using OpticWorks.Operations.Traffic;

namespace OpticWorks.Operations.Tests.Canary;

public sealed class SourceTests
{
    private static readonly Sides Sides = new(["c"], ["s"]);

    private static readonly Dictionary<string, long> NoErrors = [];

    [Theory]
    [InlineData("R 1790000000123 medusa api-1-9001 200 -- 0 0 1 7 8 0 GET /store/products 6f-1", 8, false)]
    [InlineData("R 1790000000123 medusa api-1-9001 500 -- 0 0 1 7 8 0 GET /store/products 6f-1", 8, true)]
    [InlineData("R 1790000000123 medusa api-1-9001 503 SC 0 0 -1 -1 3001 +3 POST /store/carts 6f-1", 3001, true)]
    [InlineData("R 1790000000123 medusa api-1-9001 -1 SH 0 0 1 -1 40 0 POST /store/carts 6f-1", 40, true)]
    [InlineData("R 1790000000123 medusa api-1-9001 -1 CH 0 0 1 -1 40 0 GET / 6f-1", 40, false)]
    [InlineData("R 1790000000123 medusa api-1-9001 404 -- 0 2 1 7 +9 0 GET /none 6f-1", 10, false)]
    public void A_line_of_the_ring_is_a_request(string text, long milliseconds, bool failed)
    {
        var line = RequestLine.Read(text)!;
        (line.At, line.Backend, line.Server, line.Milliseconds, line.Failed, line.Id).ShouldBe((1790000000123, "medusa", "api-1-9001", milliseconds, failed, "6f-1"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Server medusa/api-1-9001 is UP, reason: Layer7 check passed")]
    [InlineData("R 1790000000123 medusa api-1-9001 200 --")]
    [InlineData("R x medusa api-1-9001 200 -- 0 0 1 7 8 0 GET /store/products 6f-1")]
    public void Other_lines_are_none(string text) => RequestLine.Read(text).ShouldBeNull();

    [Fact]
    public void Requests_are_counted_by_side_and_times_once_a_tenth_of_a_second()
    {
        var count = new RequestCount(new SlowLimits(50, 2000), ["/store/carts"]);
        var window = count.Count(
        [
            Line(1000, "c", 200, 60), Line(1040, "c", 200, 3000), Line(1100, "c", 500, 2500, "/store/carts/1"), Line(1000, "s", 200, 5), Line(1010, "other", 500, 5), Line(1010, "<NOSRV>", 503, 5),
        ], Sides, NoErrors);

        window.Canary.ShouldBe(new Tally(3, 1, 2, 2, 1, 1));
        window.Stable.ShouldBe(new Tally(1, 0, 1));
        window.Failures.ShouldBe(new Dictionary<string, int> { ["GET /store/carts/1 (500)"] = 1 });
    }

    [Fact]
    public void Connections_that_failed_and_were_tried_elsewhere_are_errors_too()
    {
        var window = new RequestCount(new SlowLimits(null, 2000), []).Count([Line(1000, "c", 503, 1)], Sides, new Dictionary<string, long> { ["c"] = 3, ["s"] = 1, ["other"] = 9 });
        (window.Canary.Requests, window.Canary.Errors).ShouldBe((3, 3));
        (window.Stable.Requests, window.Stable.Errors).ShouldBe((1, 1));
    }

    [Fact]
    public void Where_only_the_canary_is_in_traffic_a_request_without_a_server_is_its_own() =>
        new RequestCount(new SlowLimits(null, 2000), []).Count([Line(1000, "<NOSRV>", 503, 1)], new Sides(["c"], []), NoErrors).Canary.Errors.ShouldBe(1);

    [Fact]
    public void The_frozen_percentile_leaves_room_for_what_nobody_feels()
    {
        SlowLimits.Of([.. Enumerable.Range(1, 400).Select(i => (long)(i % 100))], TimeSpan.FromSeconds(2)).ShouldBe(new SlowLimits(94 + 50, 2000));
        SlowLimits.Of([.. Enumerable.Repeat(1000L, 400)], TimeSpan.FromSeconds(2)).Stable.ShouldBe(1250);
        SlowLimits.Of([.. Enumerable.Repeat(1000L, 199)], TimeSpan.FromSeconds(2)).Stable.ShouldBeNull();
    }

    [Fact]
    public void The_baseline_is_read_from_what_the_ring_holds()
    {
        var lines = Enumerable.Range(0, 600).Select(i => $"R {1_790_000_000_000 + (i * 100)} medusa s {(i % 100 == 0 ? 500 : 200)} -- 0 0 1 {i % 50} 9 0 GET / {i}");
        var baseline = Baseline.Of($"1790000060000\nName: HAProxy\nPid: 7\nUptime_sec: 500\n\n{string.Join('\n', lines)}\n\n", "medusa");
        (baseline.Rate, baseline.Requests, baseline.Errors).ShouldBe((10, 600, 0.01));
        baseline.P95.ShouldBe(48);
        Baseline.Of("1790000060000\nUptime_sec: 5\n", "medusa").ShouldBe(new Baseline(0, 0, 0, null));
    }

    private static RequestLine Line(long at, string server, int status, long milliseconds, string path = "/") =>
        new(at, "medusa", server, status, "--", milliseconds, "GET", path, $"{at}{server}");
}
