using OpticWorks.Operations.Health;

namespace OpticWorks.Operations.Tests.Health;

public sealed class FindingsTests
{
    private static string[] Of(StoreLook look) => [.. Findings.Of(look, "staging").Select(finding => finding.ToString())];

    [Fact]
    public void A_store_that_is_well_has_none() => Of(Looks.Store()).ShouldBeEmpty();

    public static TheoryData<InstanceLook, string> Instances => new()
    {
        { Looks.Instance with { Unit = "failed/failed" }, "api-1:9001 is not running: its unit is failed/failed" },
        { Looks.Instance with { Unit = "activating/auto-restart" }, "api-1:9001 is not running: its unit is activating/auto-restart" },
        { Looks.Instance with { Release = null }, "api-1:9001 has no release" },
        { Looks.Instance with { Restarts = 3, Age = TimeSpan.FromSeconds(9) }, "api-1:9001 ended by itself and was restarted 3 times, 9 s ago the last time" },
        { Looks.Instance with { Health = new(0, "curl: (7) Failed to connect\n", 0) }, "api-1:9001 did not answer: curl: (7) Failed to connect" },
        { Looks.Instance with { Health = new(502, "", 8) }, "api-1:9001 answered 502 after 8 ms" },
        { Looks.Instance with { Health = new(404, "<h1>\n no </h1>", 8) }, "api-1:9001 answered 404 after 8 ms: <h1> no </h1>" },
        { Looks.Instance with { Health = Looks.Answer(redis: "disconnected") }, "api-1:9001 says that its Redis is disconnected" },
        { Looks.Instance with { Health = Looks.Answer(database: "slow") }, "api-1:9001 says that its database is slow" },
        { Looks.Instance with { Health = Looks.Answer(release: Looks.Older) }, $"api-1:9001 answers as {Looks.Older}, but its link names {Looks.Release}: it was not restarted since" },
    };

    [Theory]
    [MemberData(nameof(Instances))]
    public void An_instance_that_is_not_well_is_one(InstanceLook instance, string finding) => Of(Looks.Store(instance)).ShouldBe([finding]);

    [Fact]
    public void Several_things_about_one_instance_are_all_told()
    {
        var down = Looks.Instance with { Unit = "inactive/dead", Release = null, Health = new(0, "refused", 0) };

        Of(Looks.Store(down)).ShouldBe(["api-1:9001 has no release", "api-1:9001 is not running: its unit is inactive/dead", "api-1:9001 did not answer: refused"]);
    }

    [Theory]
    [InlineData(0, 9, false)]
    [InlineData(1, 9, true)]
    [InlineData(1, 599, true)]
    [InlineData(1, 600, false)]
    public void A_crash_is_forgotten_after_a_while(int restarts, int seconds, bool told) =>
        (Of(Looks.Store(Looks.Instance with { Restarts = restarts, Age = TimeSpan.FromSeconds(seconds) })).Length == 1).ShouldBe(told);

    [Fact]
    public void A_store_whose_health_is_not_JSON_is_judged_by_its_status() =>
        Of(Looks.Store(Looks.Instance with { Health = new(200, "OK", 3) }, Looks.Instance with { Health = new(200, "[1]", 3) })).ShouldBeEmpty();

    [Fact]
    public void Two_releases_at_once_are_told_with_their_counts() =>
        Of(Looks.Store(second: Looks.Instance with { Release = Looks.Older, Health = Looks.Answer(release: Looks.Older) })).ShouldBe(
            [$"releases differ: {Looks.Older} on 1, {Looks.Release} on 1 (a deployment or a canary under way, or one that was not finished)"]);

    [Fact]
    public void A_host_that_does_not_answer_is_one_finding_and_hides_no_other()
    {
        var look = Looks.Store(second: Looks.Instance with { Unit = "failed/failed" });
        look = look with { Hosts = [look.Hosts[0] with { Instances = new(null, "no answer within 5 s") }, look.Hosts[1]] };

        Of(look).ShouldBe(["api-1 cannot be looked at: no answer within 5 s", "api-2:9001 is not running: its unit is failed/failed"]);
    }

    [Fact]
    public void An_instance_that_the_host_left_out_is_not_well()
    {
        var look = Looks.Store();
        look = look with { Hosts = [look.Hosts[0] with { Ports = [9001, 9002] }, look.Hosts[1]] };

        Of(look).ShouldContain("api-1:9002 was not told of by its host");
    }

    [Fact]
    public void What_HAProxy_knows_must_be_the_instances_up_and_with_weight()
    {
        Of(Looks.Store(servers: [new("api-1-9001", "DOWN", 0, 100, 100), new("api-2-9001", "UP", 0, 0, 0), new("old-9001", "UP", 1, 100, 100)])).ShouldBe(
        [
            "api-1:9001 gets no traffic: HAProxy says DOWN",
            "api-2:9001 gets no traffic: its weight in HAProxy is 0",
            "HAProxy sends to old-9001, which is no instance of staging",
        ]);
        Of(Looks.Store(servers: [new("api-1-9001", "UP", 0, 100, 100)])).ShouldBe(["api-2:9001 is unknown to HAProxy, which has no server api-2-9001"]);
        Of(Looks.Store() with { Servers = new(null, "refused") }).ShouldBe(["HAProxy cannot be asked: refused"]);
    }

    [Theory]
    [InlineData(200, false)]
    [InlineData(307, false)]
    [InlineData(404, true)]
    [InlineData(530, true)]
    [InlineData(0, false)]
    public void A_storefront_that_answers_with_an_error_is_one_and_one_out_of_reach_is_not(int status, bool told) =>
        (Of(Looks.Store() with { Storefront = new(status, "x", 30) }).Length == 1).ShouldBe(told);

    [Theory]
    [InlineData(200, false)]
    [InlineData(503, true)]
    [InlineData(0, true)]
    public void The_way_through_the_balancer_must_answer(int status, bool told) =>
        (Of(Looks.Store() with { Balancer = new(status, "x", 30) }).Length == 1).ShouldBe(told);

    [Fact]
    public void An_instance_is_followed_by_its_log() =>
        Findings.Of(Looks.Store(Looks.Instance with { Release = null }), "staging").Single().Next
            .ShouldBe("./build.sh Logs --environment staging --instance api-1:9001");
}
