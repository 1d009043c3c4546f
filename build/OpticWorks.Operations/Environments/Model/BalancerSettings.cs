namespace OpticWorks.Operations.Environments;

/// <summary>HAProxy: its host, backend name and admin socket.</summary>
public sealed record BalancerSettings
{
    [Setting("the host that runs HAProxy; lease, journal and audit live there too", FromInventory = true)]
    public required HostSettings Host { get; init; }

    [Setting("HAProxy's backend name", SettingFormat.ProxyName, Example = "medusa")]
    public required string Backend { get; init; }

    [Setting("HAProxy's admin socket", SettingFormat.AbsolutePath)]
    public string Socket { get; init; } = "/run/haproxy/admin.sock";

    [Setting("the port that HAProxy's store frontend listens on", SettingFormat.Port)]
    public int Port { get; init; } = 8080;
}
