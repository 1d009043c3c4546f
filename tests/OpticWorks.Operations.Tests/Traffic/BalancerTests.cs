using OpticWorks.Operations.Traffic;

namespace OpticWorks.Operations.Tests.Traffic;

public sealed class BalancerTests
{
    [Fact]
    public void A_command_reaches_the_socket_as_one_line() =>
        Balancer.Command("/run/haproxy/admin.sock", "set server medusa/api-1-9001 state drain").ToString().ShouldBe(
            """bash -eu -o pipefail -c 'printf '\''%s\n'\'' "$2" | socat -t 5 "UNIX-CONNECT:$1" -' opticworks /run/haproxy/admin.sock 'set server medusa/api-1-9001 state drain'""");

    [Fact]
    public void Statistics_are_read_by_column_name()
    {
        const string Csv =
            """
            # pxname,svname,qcur,scur,status,weight,act
            medusa,api-1-9001,0,3,UP,100,1
            medusa,api-1-9002,0,0,DRAIN,0,1
            other,api-1-9001,0,9,DOWN,1,1
            medusa,BACKEND,0,3,UP,100,1

            """;

        ServerState.Read(Csv, "medusa").ShouldBe(
        [
            new ServerState("api-1-9001", "UP", 3, 100),
            new ServerState("api-1-9002", "DRAIN", 0, 0),
        ]);
    }

    [Theory]
    [InlineData("UP", true)]
    [InlineData("UP 1/2", true)]
    [InlineData("no check", true)]
    [InlineData("DOWN", false)]
    [InlineData("DOWN 1/2", false)]
    [InlineData("MAINT", false)]
    [InlineData("DRAIN", false)]
    public void Up_is_what_gets_traffic(string status, bool up) => new ServerState("s", status, 0, 1).IsUp.ShouldBe(up);

    [Theory]
    [InlineData("")]
    [InlineData("Unknown command: 'show stat'")]
    public void Another_answer_is_an_error(string answer) => Should.Throw<OperationException>(() => ServerState.Read(answer, "medusa"));
}
