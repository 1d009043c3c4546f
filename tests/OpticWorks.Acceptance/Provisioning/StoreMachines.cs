using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Provisioning;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Acceptance.Provisioning;

/// <summary>The store's four machines, brought up bare and provisioned once; what the first run did is kept for the tests.</summary>
public sealed class StoreMachines : IAsyncLifetime
{
    private readonly LocalPlace _place = new();
    private LocalEnvironment? _local;

    public string Address(string machine) => _local!.Lookup(machine)!;

    public string IdentityFile => _local!.IdentityFile;

    public string KnownHosts => _local!.KnownHosts;

    internal Tool Node { get; private set; } = null!;

    internal Tool Client { get; private set; } = null!;

    internal ProvisionPlan FirstPlan { get; private set; } = null!;

    internal ProvisionResult FirstRun { get; private set; } = null!;

    /// <summary>The bare machines' files before and after the plan was made.</summary>
    internal (string Before, string After) AroundPlan { get; private set; }

    internal IReadOnlyCollection<string> FirstLines { get; private set; } = [];

    public async Task InitializeAsync()
    {
        await _place.InitializeAsync();
        var tools = TestTools.In(LocalPlace.Cache);
        Node = await tools(PinnedProgram.Node, CancellationToken.None);
        Client = await tools(PinnedProgram.OpenSsh, CancellationToken.None);
        _local = _place.New("provision");
        await _local.UpAsync();

        var store = new StoreUnderProvision(this);
        var provisioner = store.Provisioner();
        var before = await store.FilesAsync();
        FirstPlan = await provisioner.PlanAsync(CancellationToken.None);
        AroundPlan = (before, await store.FilesAsync());
        FirstRun = await provisioner.ApplyAsync(FirstPlan, CancellationToken.None);
        FirstLines = store.Lines;
    }

    public async Task DisposeAsync()
    {
        if (_local is not null)
        {
            foreach (var user in new[] { "root", "deploy" })
                await Task.WhenAll(MachineSpec.Store.Select(machine => new StoreUnderProvision(this).Connect(machine.Name, user).CloseAsync()));
        }

        await _place.DisposeAsync();
    }
}
