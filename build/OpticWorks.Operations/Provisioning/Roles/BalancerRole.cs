using OpticWorks.Operations.Canary.Safety;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Traffic.Maintenance;

namespace OpticWorks.Operations.Provisioning;

/// <summary>The host that runs HAProxy.</summary>
internal sealed record BalancerRole(StoreEnvironment Environment, string DeployUser)
{
    public const string Unit = "haproxy.service";

    private const string DropIns = "/etc/systemd/system/haproxy.service.d";

    /// <summary>socat speaks with the admin socket.</summary>
    public static IReadOnlyList<string> Packages => ["haproxy", "socat"];

    /// <summary>Weights and drains go through the socket, whose group is the deploy user's; root is only needed for this.</summary>
    public IReadOnlyList<string> AllowedCommands => ["/usr/bin/systemctl reload haproxy", "/usr/bin/systemctl reload haproxy.service"];

    public IReadOnlyList<Resource> Files =>
    [
        new DirectoryResource(DropIns, "root", "root", "0755"),
        new FileResource($"{DropIns}/opticworks.conf", HaproxyDropIn.Text(Environment.Balancer.Socket), "root", "root", "0644"),
        new DirectoryResource(MaintenanceUnit.Folder, DeployUser, DeployUser, "0750"),
        new FileResource(MaintenanceUnit.Map, "", DeployUser, DeployUser, "0640") { KeepsContents = true },
        new FileResource(HaproxyConfiguration.Path, HaproxyConfiguration.Text(Environment), "root", "root", "0644")
        {
            Validation = ["/usr/sbin/haproxy", "-c", "-f"],
        },
        new DirectoryResource("/usr/local/lib/opticworks", "root", "root", "0755"),
        new FileResource(DeadManUnit.Program, DeadManUnit.Script(Environment.Balancer.Socket), "root", "root", "0755") { Validation = ["/bin/bash", "-n"] },
        new FileResource(DeadManUnit.Path, DeadManUnit.Text(DeployUser), "root", "root", "0644"),
        .. Environment.Maintenance.Marker is not { } marker ? (IReadOnlyList<Resource>)[] :
        [
            new DirectoryResource(Path.GetDirectoryName(marker)!, DeployUser, DeployUser, "0755"),
            new FileResource(MaintenanceUnit.ServicePath, MaintenanceUnit.ServiceText(DeployUser, marker), "root", "root", "0644"),
            new FileResource(MaintenanceUnit.TimerPath, MaintenanceUnit.TimerText, "root", "root", "0644"),
        ],
    ];

    public IReadOnlyList<string> Units => Environment.Maintenance.Marker is null ? [Unit, DeadManUnit.Unit] : [Unit, DeadManUnit.Unit, MaintenanceUnit.Service, MaintenanceUnit.Timer];

    /// <summary>HAProxy, and what puts traffic back when a canary's operator is gone.</summary>
    public IReadOnlyList<Resource> Services =>
    [
        new UnitResource(Unit) { ReloadsFor = [HaproxyConfiguration.Path] },
        new UnitResource(DeadManUnit.Unit) { RestartsFor = [DeadManUnit.Program, DeadManUnit.Path] },
        .. Environment.Maintenance.Marker is null ? (IReadOnlyList<Resource>)[] : [new UnitResource(MaintenanceUnit.Timer) { RestartsFor = [MaintenanceUnit.TimerPath] }],
    ];
}
