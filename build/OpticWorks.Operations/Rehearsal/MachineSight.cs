using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>What can be seen of an environment's machines from outside; changes nothing.</summary>
internal sealed class MachineSight(StateFolder state, IReadOnlyList<MachineSpec> specs, CgroupLayout groups, ToolSource tools)
{
    /// <summary>A machine's control group.</summary>
    public static string Group(LocalNetwork network, string name) => $"{network.Bridge}/{name}";

    /// <summary>What exists under the environment's names: folders, control groups, mounts, network namespaces.</summary>
    public IReadOnlyList<string> Traces(LocalNetwork network)
    {
        var prefix = network.Unit("");
        string[] folders = Directory.Exists(state.Machines) ? Directory.GetDirectories(state.Machines) : [];
        string[] namespaces = Directory.Exists("/run/netns") ? Directory.GetFiles("/run/netns") : [];
        var mounts = File.ReadLines("/proc/self/mountinfo")
            .Select(line => line.Split(" - ")[^1].Split(' '))
            .Select(mount => mount is ["overlay" or "tmpfs", var source, ..] ? source : "");
        var named = namespaces.Select(path => Path.GetFileName(path)!).Concat(mounts)
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => name[prefix.Length..]);
        return
        [
            .. folders.Select(path => Path.GetFileName(path)!).Concat(groups.Children(network.Bridge)).Concat(named)
                .Distinct().Order(StringComparer.Ordinal),
        ];
    }

    public Task<MachineStatus[]> StatusAsync(LocalNetwork network, CancellationToken cancellationToken) =>
        Task.WhenAll(specs.Select(machine => StatusAsync(network, machine, cancellationToken)));

    /// <summary>Its watcher lives, in the machine's own control group: files alone could be a copy of another environment's.</summary>
    public bool IsRunning(LocalNetwork network, string name) =>
        File.Exists(state.Made(name)) && ProcessStamp.FromFile(state.Supervisor(name)) is { IsAlive: true } watcher
        && groups.Processes(Group(network, name)).Contains(watcher.Pid);

    private async Task<MachineStatus> StatusAsync(LocalNetwork network, MachineSpec machine, CancellationToken cancellationToken)
    {
        var address = network.Address(machine);
        if (!IsRunning(network, machine.Name))
        {
            var idle = File.Exists(state.Made(machine.Name)) ? MachineState.Stopped : MachineState.Absent;
            return new MachineStatus(machine.Name, idle, address, null, null, null, null);
        }

        var process = ProcessStamp.FromFile(state.Supervisor(machine.Name))!;
        var (now, detail) = await AskAsync(address, cancellationToken).ConfigureAwait(false);
        return new MachineStatus(machine.Name, now, address, process.Since, process.Pid, Memory(network, machine), detail);
    }

    private async Task<(MachineState State, string? Detail)> AskAsync(string address, CancellationToken cancellationToken)
    {
        if (!await SshBanner.AnswersAsync(address, 22, cancellationToken).ConfigureAwait(false))
            return (MachineState.Booting, "SSH does not answer yet");
        var ssh = await tools(PinnedProgram.OpenSsh, cancellationToken).ConfigureAwait(false);
        var answer = await LocalProcess.RunAsync(ssh.Command(
            "-F", "none", "-i", state.IdentityFile, "-o", $"UserKnownHostsFile={state.KnownHosts}", "-o", "StrictHostKeyChecking=yes",
            "-o", "BatchMode=yes", "-o", "ConnectTimeout=5", $"root@{address}",
            "systemctl is-system-running; systemctl list-units --failed --plain --no-legend --no-pager") with
        { Limit = TimeSpan.FromSeconds(10) }, cancellationToken: cancellationToken).ConfigureAwait(false);
        var lines = answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines switch
        {
            ["running", ..] => (MachineState.Running, null),
            ["degraded", ..] => (MachineState.Degraded, $"failed: {string.Join(", ", lines.Skip(1).Select(line => line.Split(' ')[0]))}"),
            [var other, ..] => (MachineState.Booting, $"systemd says {other}"),
            [] => (MachineState.Booting, answer.Tail(2)),
        };
    }

    private long Memory(LocalNetwork network, MachineSpec machine)
    {
        long pages = 0;
        foreach (var pid in groups.Processes(Group(network, machine.Name)))
        {
            try
            {
                pages += long.Parse(File.ReadAllText($"/proc/{pid}/statm").Split(' ')[1]);
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }

        return pages * Environment.SystemPageSize;
    }
}
