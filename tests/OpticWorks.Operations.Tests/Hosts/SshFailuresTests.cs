using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Tests.Hosts;

public sealed class SshFailuresTests
{
    [Theory]
    [InlineData("@@@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nHost key verification failed.", HostFailure.HostKeyChanged)]
    [InlineData("No ED25519 host key is known for 10.0.0.1 and you have requested strict checking.\nHost key verification failed.", HostFailure.HostKeyUnknown)]
    [InlineData("deploy@10.0.0.1: Permission denied (publickey).", HostFailure.KeyRefused)]
    [InlineData("ssh: connect to host 10.0.0.1 port 22: Connection refused", HostFailure.Unreachable)]
    [InlineData("ssh: connect to host 10.0.0.1 port 22: Connection timed out", HostFailure.Unreachable)]
    [InlineData("ssh: Could not resolve hostname nowhere: Name or service not known", HostFailure.Unreachable)]
    [InlineData("kex_exchange_identification: Connection closed by remote host", HostFailure.Unreachable)]
    [InlineData("Connection to 10.0.0.1 closed by remote host.", HostFailure.Dropped)]
    [InlineData("client_loop: send disconnect: Broken pipe", HostFailure.Dropped)]
    public void The_clients_words_are_told_apart(string error, HostFailure failure) => SshFailures.Read(error).ShouldBe(failure);

    [Theory]
    [InlineData("")]
    [InlineData("psql: error: something of the command's own")]
    public void A_commands_own_255_is_no_failure_of_the_connection(string error) => SshFailures.Read(error).ShouldBeNull();
}
