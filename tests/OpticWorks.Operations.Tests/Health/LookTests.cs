using OpticWorks.Operations.Health;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Operations.Tests.Health;

public sealed class LookTests
{
    [Fact]
    public void The_values_of_the_command_are_words()
    {
        var text = HealthCommands.Look(new HostLayout("/opt/it's"), [9001, 9002], "/health?a=$(id)", TimeSpan.FromSeconds(4)).ToString();

        text.ShouldEndWith(""" opticworks '/opt/it'\''s' '/health?a=$(id)' 4 600 9001 9002""");
    }

    [Fact]
    public void A_hosts_answer_is_read()
    {
        var looks = InstanceLook.Read(
            "9002\t1763820010\tinactive\tdead\t\t0\t\t0\t0.001\tY3VybDogKDcp\n"
            + "9001\t1763820010\tactive\trunning\t@1763820000\t2\tr-1\t503\t0.0141\teyJyZWRpcyI6ImRpc2Nvbm5lY3RlZCJ9\n");

        looks[9001].ShouldBe(new InstanceLook("active/running", DateTimeOffset.FromUnixTimeSeconds(1763820000), TimeSpan.FromSeconds(10), 2, "r-1",
            new HttpLook(503, """{"redis":"disconnected"}""", 14)));
        looks[9002].ShouldBe(new InstanceLook("inactive/dead", null, TimeSpan.Zero, 0, null, new HttpLook(0, "curl: (7)", 1)));
        (looks[9001].Health.Redis, looks[9001].Health.Database).ShouldBe(("disconnected", null));
    }

    [Theory]
    [InlineData("Welcome to api-1")]
    [InlineData("9001\tx\tactive\trunning\t@1\t0\tr-1\t200\t0.1\tYQ==")]
    public void Another_answer_is_an_error(string output) => Should.Throw<OperationException>(() => InstanceLook.Read(output)).Seen.ShouldBe(output);

    [Fact]
    public async Task A_look_ends_with_its_limit_whatever_the_work_does()
    {
        var silent = new TaskCompletionSource<string>();

        var answer = await Limit.TryAsync(TimeSpan.FromMilliseconds(100), _ => silent.Task, CancellationToken.None);

        answer.ShouldBe(new Answer<string>(null, "no answer within 0.1 s"));
    }

    [Fact]
    public async Task Failures_are_answers_and_cancellation_is_not()
    {
        (await Limit.TryAsync<string>(TimeSpan.FromSeconds(9), _ => throw new OperationException("no", ExitCodes.Engine) { Seen = "a\nb\n" }, CancellationToken.None))
            .Problem.ShouldBe("no (b)");
        await Should.ThrowAsync<OperationCanceledException>(() => Limit.TryAsync<string>(TimeSpan.FromSeconds(9),
            async token => { await Task.Delay(-1, token); return ""; }, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void The_table_is_aligned_and_shows_what_is_unknown()
    {
        var look = Looks.Store();
        look = look with { Hosts = [look.Hosts[0], look.Hosts[1] with { Instances = new(null, "gone") }] };

        var lines = HealthTable.Lines(look);

        lines[0].ShouldStartWith("INSTANCE     UNIT             SINCE");
        lines[1].ShouldContain("0          r-20261122-141203-3f9c2ab   200 in 4 ms   connected   connected   UP, weight 100, 2 in flight");
        lines[2].ShouldStartWith("api-2:9001   ?                ?");
        lines[^1].ShouldBe("through the balancer   200 in 4 ms");
        HealthTable.Well(Looks.Store()).ShouldBe($"OK: 2 of 2 instances on {Looks.Release}");
        HealthTable.Well(Looks.Store() with { Storefront = new(0, "no such host", 1) })
            .ShouldBe($"OK, except that the storefront could not be reached from here: 2 of 2 instances on {Looks.Release}");
    }
}
