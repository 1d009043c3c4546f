namespace OpticWorks.Operations.Environments;

/// <summary>Redis 7.</summary>
public sealed record RedisSettings
{
    [Setting("host:port as backend hosts connect to it", SettingFormat.HostAndPort, Example = "redis.optic.works:6379")]
    public required string Address { get; init; }

    [Setting("Redis's password", Example = "env:REDIS_PASSWORD")]
    public required SecretReference Password { get; init; }

    /// <summary>Null: it is run by somebody else.</summary>
    [Setting("name of the host on which this suite provisions Redis; without it somebody else runs it", SettingFormat.Name,
        Example = "db")]
    public string? HostName { get; init; }
}
