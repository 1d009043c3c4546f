using System.Security.Cryptography;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>The files that make machines of one image differ, prepared by the user before root has anything to do.</summary>
internal sealed class MachineFiles(StateFolder state, IReadOnlyList<MachineSpec> specs, ToolSource tools)
{
    /// <summary>Keys, ids and known_hosts of all machines, and the archive of own files of each.</summary>
    public async Task PrepareAsync(LocalNetwork network, CancellationToken cancellationToken)
    {
        PrivateFile.CreateFolder(state.Keys);
        var openSsh = await tools(PinnedProgram.OpenSsh, cancellationToken).ConfigureAwait(false);
        var keygen = Path.Combine(openSsh.Directory, "ssh-keygen");
        var login = await SshKeyPair.EnsureAsync(keygen, state.IdentityFile, "opticworks-local", cancellationToken).ConfigureAwait(false);
        var hosts = MachineSeed.HostsFile(network, specs);
        var known = await Task.WhenAll(specs.Select(async machine =>
        {
            var keyFile = Path.Combine(state.Keys, machine.Name);
            var key = await SshKeyPair.EnsureAsync(keygen, keyFile, machine.Name, cancellationToken).ConfigureAwait(false);
            Directory.CreateDirectory(state.Machine(machine.Name));
            new MachineSeed
            {
                HostName = machine.Name,
                Hosts = hosts,
                MachineId = MachineId(machine.Name),
                HostKey = await File.ReadAllTextAsync(keyFile, cancellationToken).ConfigureAwait(false),
                HostPublicKey = key + "\n",
                AuthorizedKey = login,
            }.Write(Path.Combine(state.Machine(machine.Name), "seed.tar"));
            return $"{network.Address(machine)},{machine.Name} {key}\n";
        })).ConfigureAwait(false);
        await File.WriteAllTextAsync(state.KnownHosts, string.Concat(known), cancellationToken).ConfigureAwait(false);
        // Renamed into place: a shell that still reads the old file keeps it.
        await File.WriteAllTextAsync(state.SupervisorScript + ".new", MachineScripts.Supervisor + "\n", cancellationToken).ConfigureAwait(false);
        File.Move(state.SupervisorScript + ".new", state.SupervisorScript, overwrite: true);
    }

    private string MachineId(string name)
    {
        var file = Path.Combine(state.Keys, $"{name}.machine-id");
        if (File.Exists(file) && File.ReadAllText(file) is { Length: 32 } id)
            return id;
        var made = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        File.WriteAllText(file, made);
        return made;
    }
}
