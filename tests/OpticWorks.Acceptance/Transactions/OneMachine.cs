using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Toolchain;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Acceptance.Transactions;

/// <summary>One real machine with systemd and sshd, shared by the tests of a collection; each test works in a folder of its own there.</summary>
public sealed class OneMachine : IAsyncLifetime
{
    private readonly LocalPlace _place = new();
    private readonly string _sockets = Directory.CreateTempSubdirectory("ow-").FullName;
    private readonly List<SshHost> _hosts = [];
    private int _folders;

    public LocalEnvironment Environment { get; private set; } = null!;

    public string Address => Environment.Lookup("lb")!;

    public Tool Client { get; private set; } = null!;

    /// <summary>The machine as root.</summary>
    internal SshHost Host { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await _place.InitializeAsync();
        Environment = _place.New("transactions", machines: [new MachineSpec("lb", 10)]);
        await Environment.UpAsync();
        Client = await TestTools.In(LocalPlace.Cache)(PinnedProgram.OpenSsh, CancellationToken.None);
        Host = Connect();
    }

    /// <summary>Another client of the machine, with a connection of its own.</summary>
    internal SshHost Connect(string? knownHosts = null, string? identity = null, int port = 22)
    {
        var sockets = Directory.CreateDirectory(Path.Combine(_sockets, $"{_hosts.Count}")).FullName;
        var host = Connect(Client, Address, knownHosts ?? Environment.KnownHosts, identity ?? Environment.IdentityFile, sockets, port);
        _hosts.Add(host);
        return host;
    }

    internal static SshHost Connect(Tool client, string address, string knownHosts, string identity, string sockets, int port = 22) =>
        new("lb", address, port, "root", new SshOptions(client, knownHosts, identity, sockets));

    /// <summary>A folder for a test on the machine.</summary>
    internal async Task<ControlFolder> FolderAsync()
    {
        var folder = new ControlFolder($"/var/lib/test-{Interlocked.Increment(ref _folders)}");
        (await Host.RunAsync(ShellCommand.Of("mkdir", folder.Path))).OrFail(folder.Path);
        return folder;
    }

    internal async Task<string> ReadAsync(string path) => (await Host.RunAsync(ShellCommand.Of("cat", path))).Output.TrimEnd('\n');

    /// <summary>Starts the test assembly as an operator of its own, with a connection of its own.</summary>
    internal Operator Start(string verb, ControlFolder folder, string at = "")
    {
        var sockets = Directory.CreateDirectory(Path.Combine(_sockets, $"p{Interlocked.Increment(ref _folders)}")).FullName;
        return new Operator("transaction", verb, Address, Environment.KnownHosts, Environment.IdentityFile, sockets, folder.Path, at);
    }

    /// <summary>Starts the test assembly as a program that keeps a tunnel open.</summary>
    internal Operator Tunnel() => new("tunnel", Address, Environment.KnownHosts, Environment.IdentityFile, _sockets);

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.CloseAsync();
        await _place.DisposeAsync();
        Directory.Delete(_sockets, recursive: true);
    }
}
