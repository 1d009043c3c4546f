using System.Diagnostics;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>
/// The systemd machines of one environment: each an overlay over the image, with its own network namespace, control group,
/// machine id and host key, in systemd-nspawn. They live on without this program; their names and files say what exists.
/// </summary>
internal sealed class Machines(
    StateFolder state, IReadOnlyList<MachineSpec> specs, CgroupLayout groups, ToolSource tools, INarrator narrator)
{
    /// <summary>A machine boots in some 4 s; on a computer that is busy with others it takes many times that. One that has ended is noticed before.</summary>
    private static readonly TimeSpan SshLimit = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan ScriptLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PowerOffLimit = TimeSpan.FromSeconds(10);

    private readonly MachineSight _sight = new(state, specs, groups, tools);

    /// <summary>Starts every machine that does not run, and waits until SSH answers on all.</summary>
    public async Task UpAsync(
        Privilege privilege, LocalNetwork network, Func<Task<string>> image, CancellationToken cancellationToken)
    {
        var idle = specs.Where(machine => !_sight.IsRunning(network, machine.Name)).ToList();
        if (idle.Count > 0)
        {
            await RemoveHalfMadeAsync(privilege, network, idle).ConfigureAwait(false);
            var tree = await image().ConfigureAwait(false);
            var nspawn = await tools(PinnedProgram.SystemdNspawn, cancellationToken).ConfigureAwait(false);
            await new MachineFiles(state, specs, tools).PrepareAsync(network, cancellationToken).ConfigureAwait(false);
            narrator.Detail("machines", "keys and files prepared");
            var disks = MemoryDisk.Size(File.ReadLines("/proc/meminfo"));
            narrator.Say("machines", $"starting {string.Join(", ", idle.Select(machine => machine.Name))} on {network.Cidr}{(disks.Length > 0 ? ", their disks in memory" : "")}");
            await Task.WhenAll(idle.Select(machine => StartAsync(privilege, network, machine, tree, disks, nspawn, cancellationToken)))
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
        var names = _sight.Traces(network);
        await RemoveAsync(privilege, network, names, TimeSpan.Zero).ConfigureAwait(false);
        var shared = await privilege.RunAsync("Removing the machines' network", MachineScripts.RemoveShared,
            [network.Bridge, state.Machines, .. groups.Of(network.Bridge)], ScriptLimit).ConfigureAwait(false);
        shared.OrFail("The machines' network could not be removed", ExitCodes.FailedAndNotUndone, next: "ip link; then run it again");
    }

    public Task<MachineStatus[]> StatusAsync(LocalNetwork network, CancellationToken cancellationToken) => _sight.StatusAsync(network, cancellationToken);

    /// <summary>Clears away what a killed run left: a tree that is not complete, or processes without a watcher.</summary>
    private async Task RemoveHalfMadeAsync(Privilege privilege, LocalNetwork network, IReadOnlyList<MachineSpec> idle)
    {
        var names = idle.Select(machine => machine.Name).Intersect(_sight.Traces(network)).ToList();
        var broken = names.Where(name => !IsComplete(name)).ToList();
        if (broken.Count > 0)
        {
            narrator.Say("machines", $"removing half-made {string.Join(", ", broken)}");
            await RemoveAsync(privilege, network, broken, TimeSpan.Zero).ConfigureAwait(false);
        }

        var unwatched = names.Except(broken).Where(name => groups.Processes(MachineSight.Group(network, name)).Count > 0).ToList();
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
                string.Join(' ', groups.Of(MachineSight.Group(network, name))),
            ]);
        }

        var result = await privilege.RunAsync($"Removing {string.Join(", ", names)}", MachineScripts.Remove, values, ScriptLimit)
            .ConfigureAwait(false);
        result.OrFail("A machine could not be removed", ExitCodes.FailedAndNotUndone, next: "run it again");
        foreach (var line in result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            narrator.Warn("machines", line);
    }

    private async Task StartAsync(
        Privilege privilege, LocalNetwork network, MachineSpec machine, string tree, string disk, Tool nspawn, CancellationToken cancellationToken)
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
            string.Join(' ', groups.Of(MachineSight.Group(network, name))), disk, state.SupervisorScript,
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
            if (clock.Elapsed > TimeSpan.FromSeconds(5) && !_sight.IsRunning(network, machine.Name))
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
