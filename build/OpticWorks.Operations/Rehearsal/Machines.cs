using System.Diagnostics;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>
/// The systemd machines of one environment: each an overlay over the image, with its own network namespace, control group,
/// machine id and host key, in systemd-nspawn. They live on without this program; their names and files say what exists.
/// </summary>
internal sealed class Machines(
    StateFolder state, IReadOnlyList<MachineSpec> specs, CgroupLayout groups, ToolSource tools, INarrator narrator)
{
    private static readonly TimeSpan SshLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ScriptLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PowerOffLimit = TimeSpan.FromSeconds(10);

    /// <summary>Starts every machine that does not run, and waits until SSH answers on all.</summary>
    public async Task UpAsync(
        Privilege privilege, LocalNetwork network, Func<Task<string>> image, CancellationToken cancellationToken)
    {
        var idle = specs.Where(machine => !IsRunning(network, machine.Name)).ToList();
        if (idle.Count > 0)
        {
            await RemoveHalfMadeAsync(privilege, network, idle).ConfigureAwait(false);
            var tree = await image().ConfigureAwait(false);
            var nspawn = await tools(PinnedProgram.SystemdNspawn, cancellationToken).ConfigureAwait(false);
            await new MachineFiles(state, specs, tools).PrepareAsync(network, cancellationToken).ConfigureAwait(false);
            narrator.Detail("machines", "keys and files prepared");
            narrator.Say("machines", $"starting {string.Join(", ", idle.Select(machine => machine.Name))} on {network.Cidr}");
            await Task.WhenAll(idle.Select(machine => StartAsync(privilege, network, machine, tree, nspawn, cancellationToken)))
                .ConfigureAwait(false);
        }

        var clock = Stopwatch.StartNew();
        await Task.WhenAll(specs.Select(machine => WaitForSshAsync(network, machine, cancellationToken))).ConfigureAwait(false);
        narrator.Say("machines", idle.Count == 0
            ? "all run already"
            : $"SSH answers on all {specs.Count} after {clock.Elapsed.TotalSeconds:0.0} s");
    }

    /// <summary>Ends and removes every machine of this environment, also those that only their names are left of. Their data goes
    /// with them, so nothing waits for an orderly end.</summary>
    public async Task DownAsync(Privilege privilege, LocalNetwork network)
    {
        var names = Traces(network);
        await RemoveAsync(privilege, network, names, TimeSpan.Zero).ConfigureAwait(false);
        var shared = await privilege.RunAsync("Removing the machines' network", MachineScripts.RemoveShared,
            [network.Bridge, state.Machines, .. groups.Of(network.Bridge)], ScriptLimit).ConfigureAwait(false);
        shared.OrFail("The machines' network could not be removed", ExitCodes.FailedAndNotUndone, next: "ip link; then run it again");
    }

    /// <summary>What exists under the environment's names: folders, control groups, mounts, network namespaces.</summary>
    public IReadOnlyList<string> Traces(LocalNetwork network)
    {
        var prefix = network.Unit("");
        string[] folders = Directory.Exists(state.Machines) ? Directory.GetDirectories(state.Machines) : [];
        string[] namespaces = Directory.Exists("/run/netns") ? Directory.GetFiles("/run/netns") : [];
        var mounts = File.ReadLines("/proc/self/mountinfo")
            .Select(line => line.Split(" - overlay ").Skip(1).FirstOrDefault()?.Split(' ')[0] ?? "");
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
    private bool IsRunning(LocalNetwork network, string name) =>
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

    private static string Group(LocalNetwork network, string name) => $"{network.Bridge}/{name}";

    /// <summary>Clears away what a killed run left: a tree that is not complete, or processes without a watcher.</summary>
    private async Task RemoveHalfMadeAsync(Privilege privilege, LocalNetwork network, IReadOnlyList<MachineSpec> idle)
    {
        var names = idle.Select(machine => machine.Name).Intersect(Traces(network)).ToList();
        var broken = names.Where(name => !IsComplete(name)).ToList();
        if (broken.Count > 0)
        {
            narrator.Say("machines", $"removing half-made {string.Join(", ", broken)}");
            await RemoveAsync(privilege, network, broken, TimeSpan.Zero).ConfigureAwait(false);
        }

        var unwatched = names.Except(broken).Where(name => groups.Processes(Group(network, name)).Count > 0).ToList();
        if (unwatched.Count > 0)
        {
            narrator.Say("machines", $"ending what is left of {string.Join(", ", unwatched)}; the data stays");
            await RemoveAsync(privilege, network, unwatched, PowerOffLimit, keepData: true).ConfigureAwait(false);
        }
    }

    private bool IsComplete(string name) =>
        File.Exists(state.Made(name)) && File.Exists(state.ImageOf(name)) && Directory.Exists(File.ReadAllText(state.ImageOf(name)));

    private async Task RemoveAsync(
        Privilege privilege, LocalNetwork network, IReadOnlyList<string> names, TimeSpan patience, bool keepData = false)
    {
        if (names.Count == 0)
            return;
        var values = new List<string> { $"{patience.TotalSeconds * 10:0}" };
        foreach (var name in names)
        {
            var spec = specs.FirstOrDefault(machine => machine.Name == name);
            values.AddRange(
            [
                keepData ? "" : state.Machine(name), network.Unit(name), spec is null ? "" : network.Link(spec),
                string.Join(' ', groups.Of(Group(network, name))),
            ]);
        }

        var result = await privilege.RunAsync($"Removing {string.Join(", ", names)}", MachineScripts.Remove, values, ScriptLimit)
            .ConfigureAwait(false);
        result.OrFail("A machine could not be removed", ExitCodes.FailedAndNotUndone, next: "run it again");
        foreach (var line in result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            narrator.Warn("machines", line);
    }

    private async Task StartAsync(
        Privilege privilege, LocalNetwork network, MachineSpec machine, string tree, Tool nspawn, CancellationToken cancellationToken)
    {
        var name = machine.Name;
        var unit = network.Unit(name);
        if (File.Exists(state.Made(name)))
        {
            // Its data lies over the image that it was made from; another one below it would be undefined.
            var image = await File.ReadAllTextAsync(state.ImageOf(name), cancellationToken).ConfigureAwait(false);
            if (image != tree)
                narrator.Warn("machines", $"{name} keeps its older image {Path.GetFileName(image)}; take the environment down and up to renew it");
            tree = image;
        }

        await File.WriteAllTextAsync(state.ImageOf(name), tree, cancellationToken).ConfigureAwait(false);
        string[] command =
        [
            .. nspawn.Words(), "--quiet", "--boot", $"--directory={Path.Combine(state.Machine(name), "root")}", $"--machine={unit}",
            $"--hostname={name}", "--register=no", "--keep-unit", $"--network-namespace-path=/run/netns/{unit}", "--console=pipe",
            "--settings=no", "--link-journal=no", "--resolv-conf=off", "--timezone=off",
        ];
        var result = await privilege.RunAsync($"Making {name}", MachineScripts.Start,
        [
            state.Machine(name), unit, network.Link(machine), $"{network.Address(machine)}/24", network.Bridge, tree,
            string.Join(' ', groups.Of(Group(network, name))), state.SupervisorScript,
            "env", "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1", .. command,
        ], ScriptLimit, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (!result.Succeeded)
        {
            throw OperationException.Configuration($"The machine {name} could not be made.",
                where: state.Machine(name), seen: result.Tail(), next: "take the environment down, then up again");
        }

        narrator.Detail("machines", $"{name} started");
    }

    private async Task WaitForSshAsync(LocalNetwork network, MachineSpec machine, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (!await SshBanner.AnswersAsync(network.Address(machine), 22, cancellationToken).ConfigureAwait(false))
        {
            // The watcher writes its file right at its start; five seconds are more than a loaded computer needs for that.
            if (clock.Elapsed > TimeSpan.FromSeconds(5) && !IsRunning(network, machine.Name))
                throw NoSsh(network, machine, "ended while it started", clock.Elapsed);
            if (clock.Elapsed > SshLimit)
                throw NoSsh(network, machine, "does not answer on SSH", clock.Elapsed);
            await Task.Delay(25, cancellationToken).ConfigureAwait(false);
        }

        narrator.Detail("machines", $"{machine.Name} answers on SSH after {clock.Elapsed.TotalSeconds:0.0} s");
    }

    private OperationException NoSsh(LocalNetwork network, MachineSpec machine, string what, TimeSpan waited)
    {
        var console = state.Console(machine.Name);
        var lines = File.Exists(console) ? File.ReadLines(console).TakeLast(15) : ["(no console output)"];
        return new OperationException($"The machine {machine.Name} {what} (waited {waited.TotalSeconds:0} s).", ExitCodes.FailedAndNotUndone)
        {
            Where = $"{network.Address(machine)}:22, console {console}",
            Seen = string.Join('\n', lines),
            Undone = "nothing; the machines stay for a look",
            Next = "take the environment down, then up again",
        };
    }
}
