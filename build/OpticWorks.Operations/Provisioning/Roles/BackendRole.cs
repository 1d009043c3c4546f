using OpticWorks.Operations.Releases;

namespace OpticWorks.Operations.Provisioning;

/// <summary>A host that runs backend instances.</summary>
/// <param name="DeployUser">Owns layers and releases, so it needs no right of root to stage, migrate or prune.</param>
internal sealed record BackendRole(HostLayout Layout, string DeployUser, IReadOnlyList<int> Ports)
{
    /// <summary>The user that the instances run as. It owns nothing but the uploads.</summary>
    public const string ServiceUser = "medusa";

    private static readonly string[] Verbs =
        ["start", "stop", "restart", "enable", "disable", "is-active", "status", "show"];

    /// <summary>zstd unpacks releases; curl asks an instance for its health.</summary>
    public static IReadOnlyList<string> Packages => ["zstd", "curl"];

    public IReadOnlyList<Resource> Users =>
        [new UserResource(ServiceUser, Layout.Directory, "/usr/sbin/nologin") { System = true }];

    /// <summary>It reads the uploads.</summary>
    public IReadOnlyList<string> DeployGroups => [ServiceUser];

    public IReadOnlyList<string> Units => [.. Ports.Select(HostLayout.Unit)];

    public IEnumerable<string> AllowedCommands =>
        Ports.SelectMany(port => Verbs.Select(verb => $"/usr/bin/systemctl {verb} {HostLayout.Unit(port)}"));

    public IEnumerable<string> AllowedPrograms => Ports.SelectMany(port => InstanceTool.Verbs.Select(verb => $"{InstanceTool.Path} {port} {verb}"));

    /// <remarks>
    /// The top folder belongs to root: in a folder of its own the deploy user could replace what root is about to change by a
    /// link. Folders of releases hand the service's group on, so a deployment may let the service read a file without others.
    /// </remarks>
    public IReadOnlyList<Resource> Resources(NodeProgram node) =>
    [
        new DirectoryResource(Layout.Directory, "root", "root", "0755"),
        new DirectoryResource($"{Layout.Directory}/layers", DeployUser, ServiceUser, "2755"),
        new DirectoryResource(Layout.Releases, DeployUser, ServiceUser, "2755"),
        new DirectoryResource($"{Layout.Directory}/instances", DeployUser, ServiceUser, "2755"),
        .. Ports.Select(port => new DirectoryResource(Layout.Instance(port), DeployUser, ServiceUser, "2755") { As = DeployUser }),
        new DirectoryResource($"{Layout.Directory}/shared", "root", ServiceUser, "0755"),
        new DirectoryResource(Layout.Uploads, ServiceUser, ServiceUser, "0750"),
        new DirectoryResource("/opt/node", "root", "root", "0755"),
        new DirectoryResource($"/opt/node/{node.Version}", "root", "root", "0755"),
        new DirectoryResource($"/opt/node/{node.Version}/bin", "root", "root", "0755"),
        new ProgramResource($"/opt/node/{node.Version}/bin/node", $"Node {node.Version}", node.File),
        new LinkResource("/opt/node/current", node.Version),
        new DirectoryResource(System.IO.Path.GetDirectoryName(InstanceTool.Path)!, "root", "root", "0755"),
        new FileResource(InstanceTool.Path, InstanceTool.Text, "root", "root", "0755"),
        new DirectoryResource(NodeCache.Folder, DeployUser, DeployUser, "0700"),
        new FileResource(NodeCache.AgingPath, NodeCache.Aging, "root", "root", "0644"),
        new FileResource(MedusaUnit.Path, MedusaUnit.Text(Layout), "root", "root", "0644"),
    ];
}
