using System.IO.Pipelines;
using System.Text;
using OpticWorks.Operations.Canary.Sources;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Traffic;

namespace OpticWorks.Operations.Tests.Traffic;

public sealed class RequestRingTests
{
    private static readonly Sides Sides = new(["c"], ["s"]);

    [Fact]
    public void The_stream_tells_its_worker_first_and_starts_with_what_comes() => RequestRing.Command("/run/haproxy/admin.sock", "req", fromNow: true).ToString().ShouldBe(
        """bash -eu -o pipefail -c 'printf '\''%s\n'\'' "$2" | socat -,ignoreeof "UNIX-CONNECT:$1"' opticworks /run/haproxy/admin.sock 'show info;show events req -w -n'""");

    [Fact]
    public async Task Every_request_counts_once_whatever_streams_tell_it()
    {
        var haproxy = new FakeHaproxy();
        await using var ring = new RequestRing(haproxy, "/s", "m");
        ring.Take(7).Problem.ShouldNotBeNull().ShouldContain("not opened yet");
        await haproxy.TellAsync(0, "Name: HAProxy\nPid: 7\n\n" + Line("a") + "Server m/c is UP\n" + Line("b") + Line("a"));
        (await LinesAsync(ring, 7, 2)).Select(line => line.Id).ShouldBe(["a", "b"]);

        // Another worker serves: a stream of its own begins, and what both tell counts once.
        ring.Take(8).Problem.ShouldNotBeNull();
        await haproxy.TellAsync(0, Line("d"));
        var telling = haproxy.TellAsync(1, "Pid: 8\n" + Line("b") + Line("c"));
        (await LinesAsync(ring, 8, 2)).Select(line => line.Id).Order().ShouldBe(["c", "d"]);
        await telling;
        ring.Take(8).Problem.ShouldBeNull();
        ring.Count.ShouldBe(4);
        haproxy.Commands[0].ShouldContain("-w -n");
        haproxy.Commands[1].ShouldNotContain("-n'");
    }

    [Fact]
    public async Task A_stream_that_ends_says_why()
    {
        var haproxy = new FakeHaproxy();
        await using var ring = new RequestRing(haproxy, "/s", "m");
        ring.Take(7);
        await haproxy.TellAsync(0, "Pid: 7\n" + Line("a"));
        await LinesAsync(ring, 7, 1);
        await haproxy.EndAsync(0, new HostResult("lb", ShellCommand.Of("x"), 1, "", "socat: connection refused", TimeSpan.Zero));
        var limit = DateTime.UtcNow.AddMinutes(1);
        string? problem;
        while ((problem = ring.Take(7).Problem) is null || !problem.Contains("refused", StringComparison.Ordinal))
        {
            DateTime.UtcNow.ShouldBeLessThan(limit, problem);
            await Task.Delay(20);
        }

        problem.ShouldBe("HAProxy's ring is not read: exit 1: socat: connection refused");
    }

    [Fact]
    public async Task What_HAProxy_counted_and_nobody_told_is_lost_and_much_of_it_makes_blind()
    {
        var haproxy = new FakeHaproxy();
        var ring = new RequestRing(haproxy, "/s", "m");
        await using var source = new RingSource(ring, new SlowLimits(null, 2000), []);
        await source.TakeAsync(Look(7, 0), Sides, CancellationToken.None);
        await haproxy.TellAsync(0, "Pid: 7\n");
        TrafficWindow window = null!;
        await Wait.UntilAsync("it sees", async () => (window = await source.TakeAsync(Look(7, 0), Sides, CancellationToken.None)).Blind is null);

        // 100 requests, 60 lines: what is missing may still be on its way, for three looks.
        await haproxy.TellAsync(0, string.Concat(Enumerable.Range(0, 60).Select(i => Line($"x{i}"))));
        await Wait.UntilAsync("60 lines have come", () => ring.Count >= 60);

        for (var look = 0; look < 3; look++)
        {
            window = await source.TakeAsync(Look(7, 100), Sides, CancellationToken.None);
            (window.Lost, window.Blind, window.Canary.Requests).ShouldBe((0, null, look == 0 ? 60 : 0));
        }

        window = await source.TakeAsync(Look(7, 100), Sides, CancellationToken.None);
        (window.Lost, window.Blind).ShouldBe((40, "40 requests were lost between HAProxy's ring and here"));
        (await source.TakeAsync(Look(7, 100), Sides, CancellationToken.None)).ShouldSatisfyAllConditions(again => again.Lost.ShouldBe(40), again => again.Blind.ShouldBeNull());
        (await source.TakeAsync(Look(8, 3), Sides, CancellationToken.None)).Blind.ShouldBe("HAProxy was reloaded; its requests are counted from here on");
    }

    [Fact]
    public void A_look_at_HAProxy_has_its_worker_its_servers_and_its_counters()
    {
        const string Answer =
            """

            Name: HAProxy
            Version: 3.0.11
            Pid: 4711
            Uptime_sec: 12

            # pxname,svname,scur,req_tot,econ,status,weight,uweight,
            m,c,1,50,2,UP,1,1,
            m,s,0,450,0,DRAIN,0,9,
            m,BACKEND,3,500,2,UP,10,10,

            """;
        var look = BalancerLook.Read(Answer, "m");
        (look.Worker, look.Requests, look.UnderWay, look.ConnectionErrors["c"]).ShouldBe((4711, 500, 3, 2));
        look.Server("s")!.UserWeight.ShouldBe(9);

        new TrafficSplit(new Dictionary<string, int> { ["c"] = 1 }, ["s"]).Differences(look).ShouldBeEmpty();
        new TrafficSplit(new Dictionary<string, int> { ["c"] = 2, ["s"] = 9 }, []).Differences(look).Select(drift => drift.ToString())
            .ShouldBe(["c: weight 1, expected 2", "s: DRAIN, expected weight 9"]);
        Should.Throw<OperationException>(() => BalancerLook.Read(Answer, "other"));
        Should.Throw<OperationException>(() => BalancerLook.Read("Unknown command", "m"));
    }

    private static string Line(string id) => $"R 1790000000123 m c 200 -- 0 0 1 7 8 0 GET / {id}\n";

    private static BalancerLook Look(int worker, long requests) => new(worker, requests, 0, [], new Dictionary<string, long>());

    private static async Task<List<RequestLine>> LinesAsync(RequestRing ring, int worker, int count)
    {
        var lines = new List<RequestLine>();
        await Wait.UntilAsync($"{count} lines have come", () =>
        {
            lines.AddRange(ring.Take(worker).Lines);
            return lines.Count >= count;
        });
        return lines;
    }

    /// <summary>A host whose streams tell what a test says.</summary>
    private sealed class FakeHaproxy : IHost
    {
        private readonly List<(Pipe Pipe, TaskCompletionSource<HostResult> End)> _streams = [];

        public string Name => "lb";

        public List<string> Commands { get; } = [];

        public async Task TellAsync(int stream, string text)
        {
            await OpenedAsync(stream);
            await _streams[stream].Pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(text));
        }

        public async Task EndAsync(int stream, HostResult result)
        {
            await OpenedAsync(stream);
            _streams[stream].End.SetResult(result);
            await _streams[stream].Pipe.Writer.CompleteAsync();
        }

        public Task<HostResult> RunAsync(ShellCommand command, Stream? input = null, Action<string>? onLine = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public async Task<HostResult> StreamAsync(ShellCommand command, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken = default, Stream? input = null)
        {
            var (pipe, end) = (new Pipe(), new TaskCompletionSource<HostResult>(TaskCreationOptions.RunContinuationsAsynchronously));
            lock (_streams)
            {
                Commands.Add(command.ToString());
                _streams.Add((pipe, end));
            }

            await using var stop = cancellationToken.Register(() => pipe.Writer.Complete());
            await read(pipe.Reader.AsStream(), cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            return await end.Task;
        }

        public Task UploadAsync(Stream content, string path, string mode, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        private Task OpenedAsync(int stream) => Wait.UntilAsync($"stream {stream} is open", () =>
        {
            lock (_streams)
                return _streams.Count > stream;
        });
    }
}
