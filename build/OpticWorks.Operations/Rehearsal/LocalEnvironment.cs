using System.Diagnostics;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>
/// The store's machines on this computer: systemd hosts over SSH, Cloudflare's local R2 and a local edge. Everything about it is in one
/// state folder, whose path also gives the names of its bridge, namespaces and control groups; nothing of it needs this
/// program to stay.
/// </summary>
public sealed class LocalEnvironment
{
    private readonly StateFolder _state;
    private readonly string _cacheDirectory;
    private readonly IReadOnlyList<MachineSpec> _specs;
    private readonly ToolSource _tools;
    private readonly INarrator _narrator;

    // As long as an image may take to build, and a little more.
    private static readonly TimeSpan LockLimit = TimeSpan.FromMinutes(25);

    private const long RoomToRun = 1L << 30;

    /// <param name="stateDirectory">Where it keeps itself, for example ROOT/.nuke/temp/local.</param>
    /// <param name="cacheDirectory">Where images are kept; shared by all environments of a user.</param>
    /// <param name="machines">Its machines; null: <see cref="MachineSpec.Store"/>.</param>
    /// <exception cref="ArgumentException">Two machines share a name or an octet, or one is out of range.</exception>
    public LocalEnvironment(
        string stateDirectory, string cacheDirectory, ToolSource tools, INarrator narrator,
        IReadOnlyList<MachineSpec>? machines = null, MachineImageRecipe? recipe = null)
    {
        _state = new StateFolder(Path.TrimEndingDirectorySeparator(Path.GetFullPath(stateDirectory)));
        _cacheDirectory = Path.GetFullPath(cacheDirectory);
        _specs = machines ?? MachineSpec.Store;
        _tools = tools;
        _narrator = narrator;
        MachineSpec.Validate(_specs);
        Image = new MachineImage(_cacheDirectory, recipe ?? new MachineImageRecipe(), tools, narrator);
        Secrets = new LocalSecrets(_state.Secrets);
        Objects = new LocalObjectStore(_state.Objects, Secrets, tools, narrator);
        Edge = new LocalEdge(_state.Edge, Secrets, tools, narrator);
    }

    public MachineImage Image { get; }

    public LocalSecrets Secrets { get; }

    public LocalObjectStore Objects { get; }

    public LocalEdge Edge { get; }

    public string StateDirectory => _state.Root;

    /// <summary>Private key that logs in as root on every machine.</summary>
    public string IdentityFile => _state.IdentityFile;

    /// <summary>Host keys of every machine, by address and by name; complete before the first machine starts.</summary>
    public string KnownHosts => _state.KnownHosts;

    /// <summary>The network that it claimed; null before the first up.</summary>
    public LocalNetwork? Network => NetworkClaim.Read(_state.Root);

    /// <summary>Brings up what does not run, keeps what does, clears away what a killed run left half-made.</summary>
    /// <exception cref="OperationException">A requirement is missing (2), no room (4), another up or down runs (3), or a part did
    /// not start (6).</exception>
    public async Task UpAsync(CancellationToken cancellationToken = default)
    {
        LocalRequirements.Check(_state.Root, _cacheDirectory);
        var groups = CgroupLayout.Detect();
        var privilege = await Privilege.RequireAsync(cancellationToken).ConfigureAwait(false);
        await RequireToolsAsync(cancellationToken).ConfigureAwait(false);
        using var only = await LockAsync(cancellationToken).ConfigureAwait(false);
        var clock = Stopwatch.StartNew();
        Directory.CreateDirectory(Path.GetDirectoryName(_state.Root)!);
        PrivateFile.CreateFolder(_state.Root);
        Image.RequireRoom();
        DiskRoom.Require(_state.Root, RoomToRun, "the machines");
        await DiscardForeignAsync(privilege, groups).ConfigureAwait(false);
        Secrets.Ensure();
        var network = await ConnectAsync(privilege, cancellationToken).ConfigureAwait(false);
        var machines = new Machines(_state, _specs, groups, _tools, _narrator);
        await Task.WhenAll(
            machines.UpAsync(privilege, network, () => Image.EnsureAsync(cancellationToken), cancellationToken),
            Objects.UpAsync(cancellationToken), Edge.UpAsync(cancellationToken)).ConfigureAwait(false);
        _narrator.Say("machines", $"up after {clock.Elapsed.TotalSeconds:0.0} s");
    }

    /// <summary>Ends and removes everything of it, also what has lost its state folder. The image stays in the cache.</summary>
    /// <exception cref="OperationException">Something did not go (6).</exception>
    public async Task DownAsync(CancellationToken cancellationToken = default)
    {
        var groups = CgroupLayout.Detect();
        var privilege = await Privilege.RequireAsync(cancellationToken).ConfigureAwait(false);
        using var only = await LockAsync(cancellationToken).ConfigureAwait(false);
        var clock = Stopwatch.StartNew();
        await DiscardForeignAsync(privilege, groups).ConfigureAwait(false);
        var machines = new Machines(_state, _specs, groups, _tools, _narrator);
        // The names need only the id; the subnet of a lost claim does not matter for them.
        var network = Network ?? new LocalNetwork(LocalNetwork.IdOf(_state.Root), "10.64.0");
        await Task.WhenAll(machines.DownAsync(privilege, network), Objects.DownAsync(cancellationToken), Edge.DownAsync(cancellationToken))
            .ConfigureAwait(false);
        _state.Remove();
        _narrator.Say("machines", $"down after {clock.Elapsed.TotalSeconds:0.0} s");
    }

    /// <summary>What runs now. Changes nothing.</summary>
    public async Task<LocalStatus> StatusAsync(CancellationToken cancellationToken = default)
    {
        var network = Network ?? LocalNetwork.Choose(_state.Root, []);
        var machines = new Machines(_state, _specs, CgroupLayout.Detect(), _tools, _narrator);
        return new LocalStatus(_state.Root, network.Cidr,
            await machines.StatusAsync(network, cancellationToken).ConfigureAwait(false), Objects.Status(), Edge.Status());
    }

    /// <summary>
    /// The value behind <c>${local:KEY}</c> of an environment file: a machine's name gives its address; "objects" the S3
    /// endpoint, "storefront-port" the edge's loopback port, "cloudflare-api" and "cloudflare-account" the API beside it, "publishable-key" the store's key once it is seeded, "gateway" this computer's address on the bridge, "knownHosts" and
    /// "identityFile" paths, "secret-NAME" the file of a secret; null: unknown, or not up yet.
    /// </summary>
    public string? Lookup(string key) => key switch
    {
        "objects" => Objects.Endpoint?.ToString(),
        "gateway" => Network?.Gateway,
        "storefront-port" => Network is null ? null : $"{Edge.Port}",
        "cloudflare-api" => Network is null ? null : Edge.Api.ToString(),
        "cloudflare-account" => LocalEdge.Account,
        "knownHosts" => KnownHosts,
        "identityFile" => IdentityFile,
        "publishable-key" => File.Exists(_state.PublishableKey) ? File.ReadAllText(_state.PublishableKey) : "pk_not-seeded",
        "state" => _state.Root,
        "artifactBucket" => LocalObjectStore.ArtifactBucket,
        "backupBucket" => LocalObjectStore.BackupBucket,
        _ when key.StartsWith("secret-", StringComparison.Ordinal) =>
            LocalSecrets.Names.Contains(key["secret-".Length..]) ? Secrets.File(key["secret-".Length..]) : null,
        _ => _specs.FirstOrDefault(machine => machine.Name == key) is { } machine ? Network?.Address(machine) : null,
    };

    /// <summary>The key that seeding the store made; the environment file refers to it as <c>${local:publishable-key}</c>.</summary>
    public void RememberPublishableKey(string key) => File.WriteAllText(_state.PublishableKey, key);

    private Task<IDisposable> LockAsync(CancellationToken cancellationToken) =>
        FolderLock.TakeAsync(
            Path.Combine(_cacheDirectory, "locks", LocalNetwork.Prefix(LocalNetwork.IdOf(_state.Root))),
            "another up or down of this environment", LockLimit, _narrator, cancellationToken);

    /// <summary>Every program that it is made of, found or installed before anything is made.</summary>
    private async Task RequireToolsAsync(CancellationToken cancellationToken)
    {
        foreach (var program in new[] { PinnedProgram.OpenSsh, PinnedProgram.SystemdNspawn, PinnedProgram.Wrangler })
            await _tools(program, cancellationToken).ConfigureAwait(false);
        if (!Image.Exists)
            await _tools(PinnedProgram.Debootstrap, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// A state folder that was made elsewhere cannot be used here, because its path is in every name. Of a moved checkout the
    /// machines are ended too; those of a copied one belong to the original and are left alone.
    /// </summary>
    private async Task DiscardForeignAsync(Privilege privilege, CgroupLayout groups)
    {
        if (NetworkClaim.ReadStored(_state.Root) is not { } stored || stored.Id == LocalNetwork.IdOf(_state.Root))
            return;
        _narrator.Warn("machines", $"{_state.Root} was made in {stored.Folder}; it is made anew here");
        var moved = !Directory.Exists(stored.Folder);
        var network = moved ? stored.Network : new LocalNetwork(LocalNetwork.IdOf(_state.Root), stored.Subnet);
        await new Machines(_state, _specs, groups, _tools, _narrator).DownAsync(privilege, network).ConfigureAwait(false);
        if (moved)
        {
            var objects = new LocalObjectStore(new StateFolder(stored.Folder).Objects, Secrets, _tools, _narrator);
            await objects.DownAsync().ConfigureAwait(false);
            await new LocalEdge(new StateFolder(stored.Folder).Edge, Secrets, _tools, _narrator).DownAsync().ConfigureAwait(false);
        }

        _state.Remove();
        PrivateFile.CreateFolder(_state.Root);
    }

    /// <summary>Claims a subnet and makes the bridge before anybody else on this computer can choose.</summary>
    private async Task<LocalNetwork> ConnectAsync(Privilege privilege, CancellationToken cancellationToken)
    {
        using var only = await FolderLock.TakeAsync(
            Path.Combine(_cacheDirectory, "networks.lock"), "another environment that chooses its network", TimeSpan.FromMinutes(1),
             _narrator, cancellationToken).ConfigureAwait(false);
        var network = NetworkClaim.Claim(_state.Root);
        var made = await privilege.RunAsync("Making the bridge", MachineScripts.Bridge, [network.Bridge, $"{network.Gateway}/24"],
            TimeSpan.FromSeconds(20), cancellationToken: cancellationToken).ConfigureAwait(false);
        made.OrFail($"The bridge {network.Bridge} could not be made", ExitCodes.Configuration);
        _narrator.Detail("machines", $"bridge {network.Bridge} has {network.Cidr}");
        return network;
    }
}
