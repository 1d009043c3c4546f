using OpticWorks.Operations.Canary.Safety;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Operations.Tests.Canary;

/// <summary>The commands and the script of the dead-man, run by this computer's own bash in a folder of the test.</summary>
public sealed class DeadManTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private ControlFolder Folder => new(_folder.Path);

    private string Armed => Path.Combine(_folder.Path, "canary", "armed");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Only_who_armed_it_renews_it_and_only_its_operation_disarms_it()
    {
        (await ArmAsync("r-1", 7, 1, renew: true)).ShouldBe(HostScript.Lost);
        (await ArmAsync("r-1", 7, 1, renew: false)).ShouldBe(0);
        (await ArmAsync("r-1", 7, 2, renew: true)).ShouldBe(0);
        (await File.ReadAllLinesAsync(Armed)).ShouldBe(["r-1", "7", "60", "2", "set weight it's $(5)"]);
        (await ArmAsync("r-1", 8, 3, renew: true)).ShouldBe(HostScript.Lost);
        (await RunAsync(DeadManCommands.Disarm(Folder, "r-2").ToString())).ExitCode.ShouldBe(0);
        File.Exists(Armed).ShouldBeTrue();
        (await RunAsync(DeadManCommands.Disarm(Folder, "r-1").ToString())).ExitCode.ShouldBe(0);
        File.Exists(Armed).ShouldBeFalse();
        (await RunAsync(DeadManCommands.Disarm(Folder, "r-1").ToString())).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task An_order_needs_a_canary_and_is_taken_once_by_the_one_it_is_for()
    {
        (await RunAsync(DeadManCommands.Order(Folder, "pause", "joe", "").ToString())).ExitCode.ShouldBe(HostScript.Lost);
        await ArmAsync("r-1", 7, 1, renew: false);
        (await RunAsync(DeadManCommands.Order(Folder, "pause", "joe@desk", "two\nlines $(x)").ToString())).Output.Trim().ShouldBe("r-1");

        (await LookAsync("r-1")).ShouldBe("order pause\norder joe@desk\norder two lines $(x)\n");
        (await LookAsync("r-1")).ShouldBe("");
        await RunAsync(DeadManCommands.Order(Folder, "abort", "joe@desk", "").ToString());
        (await LookAsync("r-2")).ShouldBe("");
        (await LookAsync("r-1")).ShouldBe("");
    }

    [Fact]
    public async Task Its_script_is_a_script() =>
        (await LocalProcess.RunAsync(new LocalCommand("bash", "-n", "-c", DeadManUnit.Script("/run/haproxy/admin.sock")))).ExitCode.ShouldBe(0);

    private async Task<int> ArmAsync(string operation, long token, long renewals, bool renew) =>
        (await RunAsync(DeadManCommands.Arm(Folder, operation, token, TimeSpan.FromSeconds(60), renewals, "set weight it's $(5)", renew).ToString())).ExitCode;

    /// <summary>HAProxy itself does not answer here: what comes before it counts.</summary>
    private async Task<string> LookAsync(string operation) =>
        (await RunAsync($"socat() {{ cat > /dev/null; }}; export -f socat; {DeadManCommands.Look(Folder, operation, "/none", "show info")}")).Output;

    private static Task<ProcessResult> RunAsync(string text) => LocalProcess.RunAsync(new LocalCommand("bash", "-c", text));
}
