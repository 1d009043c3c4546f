namespace OpticWorks.Operations.Environments;

/// <summary>PostgreSQL 17.</summary>
public sealed record DatabaseSettings
{
    [Setting("the host that runs PostgreSQL", FromInventory = true)]
    public required HostSettings Host { get; init; }

    /// <summary>Null: the host's address.</summary>
    [Setting("the address that backend hosts connect to; without it the host's address", SettingFormat.HostAddress,
        Example = "10.0.1.20")]
    public string? Address { get; init; }

    [Setting("PostgreSQL's port", SettingFormat.Port)]
    public int Port { get; init; } = 5432;

    [Setting("the database's name", SettingFormat.DatabaseName, Example = "medusa-staging")]
    public required string Name { get; init; }

    [Setting("the role that the backend connects as", SettingFormat.DatabaseName, Example = "medusa")]
    public required string User { get; init; }

    [Setting("the role's password", Example = "env:DATABASE_PASSWORD")]
    public required SecretReference Password { get; init; }

    /// <summary>Without it the variable says so: Medusa's migrations otherwise insist on TLS for any host but localhost.</summary>
    [Setting("backend hosts connect with TLS")]
    public bool Tls { get; init; }

    [Setting("this suite sets up the server: cluster, role, database, access; without it somebody else runs it")]
    public bool Managed { get; init; }

    [Setting("reach the database from here through an SSH tunnel to its host")]
    public bool Tunnel { get; init; } = true;
}
