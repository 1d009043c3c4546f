namespace OpticWorks.Operations.Environments;

/// <summary>A machine that the suite reaches over SSH.</summary>
public record HostSettings
{
    [Setting("the name that people know the host by", SettingFormat.Name, Example = "api-1")]
    public required string Name { get; init; }

    [Setting("IP address, host name, or an alias of ~/.ssh/config", SettingFormat.HostAddress, Example = "10.0.1.11")]
    public required string Address { get; init; }

    [Setting("SSH port", SettingFormat.Port)]
    public int Port { get; init; } = 22;

    [Setting("the user that deploys; its sudo rights are an allow-list", SettingFormat.UserName, Example = "deploy")]
    public string User { get; init; } = "deploy";

    [Setting("the user that Provision connects as", SettingFormat.UserName, Example = "root")]
    public string ProvisionUser { get; init; } = "root";
}

/// <summary>A host that runs instances of the backend.</summary>
public sealed record BackendHost : HostSettings
{
    [Setting("ports of the backend instances on this host, one instance each", SettingFormat.Port,
        MinimumItems = 1, Unique = true, Example = "9001")]
    public required IReadOnlyList<int> Instances { get; init; }
}
