namespace OpticWorks.Operations.Provisioning;

/// <summary>A host that runs backend instances.</summary>
/// <param name="Directory">The folder of releases, for example "/opt/medusa".</param>
/// <param name="DeployUser">Owns layers and releases, so it needs no right of root to stage, migrate or prune.</param>
internal sealed record BackendRole(string Directory, string DeployUser, IReadOnlyList<int> Ports)
{
    /// <summary>The user that the instances run as. It owns nothing but the uploads.</summary>
    public const string ServiceUser = "medusa";

    private static readonly string[] Verbs =
        ["start", "stop", "restart", "enable", "disable", "is-active", "status", "show", "reset-failed"];

    /// <summary>zstd unpacks releases.</summary>
    public static IReadOnlyList<string> Packages => ["zstd"];

    public IReadOnlyList<Resource> Users =>
        [new UserResource(ServiceUser, Directory, "/usr/sbin/nologin") { System = true }];

    /// <summary>A release's env file is 0640 with the service's group.</summary>
    public IReadOnlyList<string> DeployGroups => [ServiceUser];

    public IReadOnlyList<string> Units => [.. Ports.Select(MedusaUnit.Name)];

    public IEnumerable<string> AllowedCommands =>
        Ports.SelectMany(port => Verbs.Select(verb => $"/usr/bin/systemctl {verb} {MedusaUnit.Name(port)}"));

    /// <remarks>
    /// The top folder belongs to root: in a folder of its own the deploy user could replace what root is about to change by a
    /// link. Folders of releases hand their group on, so that the env file gets the service's.
    /// </remarks>
    public IReadOnlyList<Resource> Resources(NodeProgram node) =>
    [
        new DirectoryResource(Directory, "root", "root", "0755"),
        new DirectoryResource($"{Directory}/layers", DeployUser, ServiceUser, "2755"),
        new DirectoryResource($"{Directory}/releases", DeployUser, ServiceUser, "2755"),
        new DirectoryResource($"{Directory}/instances", DeployUser, ServiceUser, "2755"),
        .. Ports.Select(port => new DirectoryResource($"{Directory}/instances/{port}", DeployUser, ServiceUser, "2755") { As = DeployUser }),
        new DirectoryResource($"{Directory}/shared", "root", ServiceUser, "0755"),
        new DirectoryResource($"{Directory}/shared/uploads", ServiceUser, ServiceUser, "0750"),
        new DirectoryResource("/opt/node", "root", "root", "0755"),
        new DirectoryResource($"/opt/node/{node.Version}", "root", "root", "0755"),
        new DirectoryResource($"/opt/node/{node.Version}/bin", "root", "root", "0755"),
        new ProgramResource($"/opt/node/{node.Version}/bin/node", $"Node {node.Version}", node.File),
        new LinkResource("/opt/node/current", node.Version),
        new FileResource(MedusaUnit.Path, MedusaUnit.Text(Directory), "root", "root", "0644"),
    ];
}
