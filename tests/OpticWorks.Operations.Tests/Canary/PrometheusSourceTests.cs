using System.Net;
using System.Text.Json;
using OpticWorks.Operations.Canary.Judging;
using OpticWorks.Operations.Canary.Sources;
using OpticWorks.Operations.Traffic;

namespace OpticWorks.Operations.Tests.Canary;

/// <summary>Against answers in the form of Prometheus' HTTP API v1.</summary>
public sealed class PrometheusSourceTests
{
    private static readonly Sides Sides = new(["c"], ["s"]);

    private static readonly BalancerLook Look = new(1, 0, 0, [], new Dictionary<string, long>());

    [Fact]
    public async Task Counters_are_read_as_what_they_grew_by()
    {
        var answers = new Answers { ["r"] = [("c", 100), ("s", 900)], ["e"] = [("c", 1)], ["t"] = [("c", 100), ("s", 900)], ["o"] = [("c", 2)] };
        await using var source = New(answers);
        (await TakeAsync(source)).ShouldSatisfyAllConditions(window => window.Canary.ShouldBe(default), window => window.Blind.ShouldBeNull());

        answers["r"] = [("c", 130), ("s", 1170)];
        answers["e"] = [("c", 4), ("s", 2)];
        answers["t"] = [("c", 130), ("s", 1170)];
        answers["o"] = [("c", 7), ("s", 1)];
        var window = await TakeAsync(source);

        window.Canary.ShouldBe(new Tally(30, 3, 30, 0, 5));
        window.Stable.ShouldBe(new Tally(270, 2, 270, 0, 1));
        answers.Asked.ShouldAllBe(asked => asked == "POST /prometheus/api/v1/query");
    }

    [Fact]
    public async Task A_counter_that_began_anew_and_a_server_that_is_new_count_from_there_on()
    {
        var answers = new Answers { ["r"] = [("s", 900), ("c", 50)], ["e"] = [], ["t"] = [], ["o"] = [] };
        await using var source = New(answers);
        await TakeAsync(source);
        answers["r"] = [("s", 10), ("c", 60)];
        var window = await TakeAsync(source);
        (window.Stable.Requests, window.Canary.Requests).ShouldBe((0, 10));
        answers["r"] = [("s", 25), ("c", 70)];
        (await TakeAsync(source)).Stable.Requests.ShouldBe(15);
    }

    [Theory]
    [InlineData("error", "Prometheus: invalid expression (r)")]
    [InlineData("empty", "Prometheus: no value for c in r")]
    [InlineData("html", "Prometheus: ")]
    [InlineData("down", "Prometheus: refused")]
    public async Task An_outage_is_blindness_and_no_verdict(string how, string told)
    {
        var answers = new Answers { ["r"] = how == "empty" ? [] : [("c", 1), ("s", 1)], ["e"] = [], ["t"] = [], ["o"] = [], How = how };
        await using var source = New(answers);

        var window = await TakeAsync(source);

        window.Blind.ShouldNotBeNull().ShouldStartWith(told);
        window.Canary.ShouldBe(default);
        var judge = new Judge(new JudgeTerms(0.01, 0.01, TimeSpan.FromSeconds(1)));
        judge.Begin(compares: true);
        judge.See(new CanaryLook(TimeSpan.FromSeconds(61), window.Canary, window.Stable) { Blind = window.Blind }).Outcome.ShouldBe(Outcome.Blind);
    }

    private static Task<TrafficWindow> TakeAsync(PrometheusSource source) => source.TakeAsync(Look, Sides, CancellationToken.None);

    private static PrometheusSource New(Answers answers) => new(new HttpClient(answers), new Uri("http://prometheus/prometheus/"), "r", "e", "t", "o");

    private sealed class Answers : HttpMessageHandler
    {
        private readonly Dictionary<string, (string Server, double Value)[]> _values = [];

        public string How { get; init; } = "";

        public List<string> Asked { get; } = [];

        public (string Server, double Value)[] this[string query]
        {
            set => _values[query] = value;
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var query = WebUtility.UrlDecode(await request.Content!.ReadAsStringAsync(cancellationToken))["query=".Length..];
            lock (Asked)
                Asked.Add($"{request.Method} {request.RequestUri!.AbsolutePath}");
            if (How == "down")
                throw new HttpRequestException("refused");
            var text = How switch
            {
                "error" => """{"status":"error","errorType":"bad_data","error":"invalid expression"}""",
                "html" => "<html>gateway timeout</html>",
                _ => JsonSerializer.Serialize(new
                {
                    status = "success",
                    data = new { resultType = "vector", result = _values[query].Select(row => new { metric = new { server = row.Server }, value = new object[] { 1790000000.1, $"{row.Value}" } }) },
                }),
            };
            return new HttpResponseMessage(How == "error" ? HttpStatusCode.BadRequest : HttpStatusCode.OK) { Content = new StringContent(text) };
        }
    }
}
