using OpticWorks.Operations.Traffic;

namespace OpticWorks.Operations.Tests.Traffic;

public sealed class BalancerTests
{
    [Fact]
    public void A_command_reaches_the_socket_as_one_line() =>
        BalancerCommands.Ask("/run/haproxy/admin.sock", "set server medusa/api-1-9001 state drain").ToString().ShouldBe(
            """bash -eu -o pipefail -c 'printf '\''%s\n'\'' "$2" | socat -t 5 "UNIX-CONNECT:$1" -' opticworks /run/haproxy/admin.sock 'set server medusa/api-1-9001 state drain'""");

    [Fact]
    public void Statistics_are_read_by_column_name()
    {
        const string Csv =
            """
            # pxname,svname,qcur,scur,status,weight,act,uweight
            medusa,api-1-9001,0,3,UP,100,1,100
            medusa,api-1-9002,0,0,DRAIN,0,1,30
            other,api-1-9001,0,9,DOWN,1,1,1
            medusa,BACKEND,0,3,UP,100,1,100

            """;

        ServerState.Read(Csv, "medusa").ShouldBe(
        [
            new ServerState("api-1-9001", "UP", 3, 100, 100),
            new ServerState("api-1-9002", "DRAIN", 0, 0, 30),
        ]);
    }

    [Fact]
    public void Failures_are_answers_of_5xx_and_what_never_became_an_answer()
    {
        const string Csv =
            """
            # pxname,svname,scur,status,weight,uweight,econ,eresp,hrsp_5xx,req_tot
            medusa,api-1-9001,0,UP,100,100,2,1,5,40
            medusa,api-1-9002,0,UP,100,100,,,0,

            """;

        ServerState.Read(Csv, "medusa").Select(server => (server.Requests, server.Failures)).ShouldBe([(43, 8), (0, 0)]);
    }

    [Theory]
    [InlineData("UP", true)]
    [InlineData("UP 1/2", true)]
    [InlineData("no check", true)]
    [InlineData("DOWN", false)]
    [InlineData("DOWN 1/2", false)]
    [InlineData("MAINT", false)]
    [InlineData("DRAIN", false)]
    public void Up_is_what_gets_traffic(string status, bool up) => new ServerState("s", status, 0, 1, 1).IsUp.ShouldBe(up);

    [Theory]
    [InlineData("")]
    [InlineData("Unknown command: 'show stat'")]
    public void Another_answer_is_an_error(string answer) => Should.Throw<OperationException>(() => ServerState.Read(answer, "medusa"));

    [Fact]
    public void A_drain_is_one_command_that_waits_on_the_host()
    {
        var text = BalancerCommands.Drain("/run/s.sock", "medusa", "api-1-9001", TimeSpan.FromSeconds(34.2)).ToString();

        text.ShouldEndWith("' opticworks /run/s.sock medusa api-1-9001 35");
        text.ShouldContain("set server $2/$3 state drain");
    }

    [Theory]
    [InlineData("UP", 100, 100, null)]
    [InlineData("UP 1/2", 30, 30, null)]
    [InlineData("DOWN", 100, 100, null)]
    [InlineData("DRAIN", 100, 0, null)]
    [InlineData("MAINT", 100, 0, null)]
    [InlineData("UP", 0, 0, null)]
    [InlineData("UP", 30, 100, "weight 30, expected 100")]
    [InlineData("DRAIN", 100, 100, "DRAIN, expected weight 100")]
    [InlineData("MAINT (via b/s)", 100, 50, "MAINT (via b/s), expected weight 50")]
    [InlineData("UP", 100, 0, "weight 100, expected 0")]
    public void Another_hands_change_is_drift(string status, int userWeight, int expected, string? seen) =>
        Drift.Of(new Dictionary<string, int> { ["s"] = expected }, [new ServerState("s", status, 0, userWeight, userWeight)])
            .Select(drift => drift.Seen).SingleOrDefault().ShouldBe(seen);

    [Fact]
    public void A_server_that_is_gone_is_drift() =>
        Drift.Of(new Dictionary<string, int> { ["s"] = 100 }, []).ShouldHaveSingleItem().ToString().ShouldBe("s: HAProxy does not know it");
}
