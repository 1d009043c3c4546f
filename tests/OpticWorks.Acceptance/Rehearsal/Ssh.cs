using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Acceptance.Rehearsal;

internal static class Ssh
{
    /// <summary>Runs a command on a machine as root, its host key checked against the environment's known_hosts.</summary>
    public static Task<ProcessResult> SshAsync(this LocalEnvironment environment, string machine, string command) =>
        LocalProcess.RunAsync(new LocalCommand("ssh",
            "-F", "none", "-i", environment.IdentityFile, "-o", $"UserKnownHostsFile={environment.KnownHosts}",
            "-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes", "-o", "ConnectTimeout=5",
            $"root@{environment.Lookup(machine)}", command)
        { Limit = TimeSpan.FromSeconds(60) });

    /// <summary>Takes a machine's power away: nothing is stopped in order, nothing is written any more. Returns when it is off.</summary>
    public static async Task PowerOffAsync(this LocalEnvironment environment, string machine)
    {
        await environment.SshAsync(machine, "systemctl poweroff --force --force");
        await Wait.UntilAsync($"{machine} is off", async () =>
            (await environment.StatusAsync()).Machines.Single(one => one.Name == machine).State == MachineState.Stopped);
    }
}
