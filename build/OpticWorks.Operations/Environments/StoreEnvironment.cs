namespace OpticWorks.Operations.Environments;

/// <summary>One environment of the store: where it runs and by which rules it is operated. Read from
/// <c>.nuke/environments/NAME.json</c> and valid as a whole.</summary>
public sealed record StoreEnvironment
{
    public required string Name { get; init; }

    /// <summary>Needs <c>--confirm NAME</c> for every change, and a backup encryption key.</summary>
    public bool Protected { get; init; }

    /// <summary>OpenSSH known_hosts file, absolute. Host keys are always checked against it.</summary>
    public required string KnownHosts { get; init; }

    /// <summary>Private key file for SSH, absolute; null: what the OpenSSH client finds (agent, ~/.ssh/config).</summary>
    public string? IdentityFile { get; init; }

    public required StorefrontSettings Storefront { get; init; }

    public required ApiSettings Api { get; init; }

    /// <summary>The hosts that run backend instances, in the order in which they are switched.</summary>
    public required IReadOnlyList<BackendHost> Hosts { get; init; }

    public required BalancerSettings Balancer { get; init; }

    public required DatabaseSettings Database { get; init; }

    public required RedisSettings Redis { get; init; }

    /// <summary>Where built artifacts are kept; shares endpoint and keys with <see cref="Backups"/>.</summary>
    public required ArtifactSettings Artifacts { get; init; }

    public required BackupSettings Backups { get; init; }

    public required StripeSettings Stripe { get; init; }

    public CanarySettings Canary { get; init; } = new();

    public ReleaseSettings Releases { get; init; } = new();

    /// <summary>Variables of the backend's environment file, beside those that the suite derives (DATABASE_URL, REDIS_URL).</summary>
    public IReadOnlyDictionary<string, SecretReference> Variables { get; init; } = new Dictionary<string, SecretReference>();

    /// <summary>Notification hooks by kind, for example "slack".</summary>
    public IReadOnlyDictionary<string, SecretReference> Notify { get; init; } = new Dictionary<string, SecretReference>();

    /// <summary>The Ansible inventory that the hosts came from, absolute; null: the file itself names them.</summary>
    public string? Inventory { get; init; }

    /// <summary>Every host once: balancer, backend hosts, database.</summary>
    public IEnumerable<HostSettings> AllHosts =>
        new HostSettings[] { Balancer.Host }.Concat(Hosts).Append(Database.Host).DistinctBy(host => host.Name);
}

/// <summary>A machine that the suite reaches over SSH.</summary>
public record HostSettings
{
    public required string Name { get; init; }

    /// <summary>Address, host name, or an alias of ~/.ssh/config.</summary>
    public required string Address { get; init; }

    public int Port { get; init; } = 22;

    /// <summary>The user that deploys; its sudo rights are an allow-list.</summary>
    public string User { get; init; } = "deploy";

    /// <summary>The user that Provision connects as.</summary>
    public string ProvisionUser { get; init; } = "root";
}

/// <summary>A host that runs instances of the backend.</summary>
public sealed record BackendHost : HostSettings
{
    /// <summary>Ports, one instance each.</summary>
    public required IReadOnlyList<int> Instances { get; init; }
}

/// <summary>The storefront and its Worker.</summary>
public sealed record StorefrontSettings
{
    public required Uri Url { get; init; }

    /// <summary>The Worker's name.</summary>
    public required string Worker { get; init; }

    /// <summary>Name of the environment in wrangler's configuration; null: its top level.</summary>
    public string? WranglerEnvironment { get; init; }

    /// <summary>Cloudflare account id; null: wrangler's own.</summary>
    public string? Account { get; init; }

    /// <summary>Variables compiled into the bundle (NEXT_PUBLIC_…). Public by nature.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();
}

/// <summary>The backend as its users reach it.</summary>
public sealed record ApiSettings
{
    public required Uri Url { get; init; }

    public string Health { get; init; } = "/health";

    /// <summary>Path prefixes whose failure stops a canary at once.</summary>
    public IReadOnlyList<string> CriticalPaths { get; init; } = [];
}

/// <summary>HAProxy: its host, backend name and admin socket.</summary>
public sealed record BalancerSettings
{
    public required HostSettings Host { get; init; }

    public required string Backend { get; init; }

    public string Socket { get; init; } = "/run/haproxy/admin.sock";

    /// <summary>The port that HAProxy's store frontend listens on.</summary>
    public int Port { get; init; } = 8080;
}

/// <summary>PostgreSQL 17.</summary>
public sealed record DatabaseSettings
{
    public required HostSettings Host { get; init; }

    /// <summary>The address that backend hosts connect to; null: the host's address.</summary>
    public string? Address { get; init; }

    public int Port { get; init; } = 5432;

    public required string Name { get; init; }

    public required string User { get; init; }

    public required SecretReference Password { get; init; }

    /// <summary>Backend hosts connect with TLS. Without, the variable says so: Medusa's migrations otherwise insist on TLS for any
    /// host but localhost.</summary>
    public bool Tls { get; init; }

    /// <summary>Reach it from here through an SSH tunnel to <see cref="Host"/>.</summary>
    public bool Tunnel { get; init; } = true;
}

/// <summary>Redis 7.</summary>
public sealed record RedisSettings
{
    /// <summary>host:port as backend hosts connect to it.</summary>
    public required string Address { get; init; }

    public required SecretReference Password { get; init; }

    /// <summary>Set where this suite also provisions Redis; null: it is run by somebody else.</summary>
    public string? HostName { get; init; }
}

/// <summary>The bucket and prefix of built artifacts.</summary>
public sealed record ArtifactSettings
{
    public required string Bucket { get; init; }

    public string Prefix { get; init; } = "releases/";
}

/// <summary>The object store (S3 API) and the backup policy.</summary>
public sealed record BackupSettings
{
    public required Uri Endpoint { get; init; }

    public required string Bucket { get; init; }

    public string Prefix { get; init; } = "medusa/";

    public required SecretReference AccessKey { get; init; }

    public required SecretReference SecretKey { get; init; }

    /// <summary>32 bytes in base64; a protected environment insists on one.</summary>
    public SecretReference? EncryptionKey { get; init; }

    public RetentionSettings Retention { get; init; } = new();

    /// <summary>The greatest age of the newest verified backup before ListBackups complains.</summary>
    public TimeSpan FreshWithin { get; init; } = TimeSpan.FromHours(26);
}

/// <summary>How many backups are kept of each kind.</summary>
public sealed record RetentionSettings
{
    public int Last { get; init; } = 7;

    public int Daily { get; init; } = 14;

    public int Weekly { get; init; } = 8;

    public int Monthly { get; init; } = 12;
}

public enum StripeMode
{
    Test,
    Live,
}

/// <summary>Which kind of Stripe keys belongs here; the other kind stops Build and every deployment.</summary>
public sealed record StripeSettings
{
    public required StripeMode Mode { get; init; }
}

public enum InconclusivePolicy
{
    Pause,
    Undo,
    Continue,
}

/// <summary>The canary policy.</summary>
public sealed record CanarySettings
{
    /// <summary>Shares of traffic in percent, ascending, ending at 100.</summary>
    public IReadOnlyList<int> Steps { get; init; } = [10, 50, 100];

    /// <summary>The least time of each step.</summary>
    public TimeSpan Dwell { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Objective: share of failed requests, 0 to 1.</summary>
    public double ErrorRate { get; init; } = 0.01;

    /// <summary>Objective: 95th percentile of the response time.</summary>
    public TimeSpan P95 { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Probability, 0 to 1, that a healthy release is undone.</summary>
    public double FalseAlarm { get; init; } = 0.01;

    public InconclusivePolicy Inconclusive { get; init; } = InconclusivePolicy.Pause;
}

/// <summary>How releases are kept and switched.</summary>
public sealed record ReleaseSettings
{
    /// <summary>Good releases that stay on the hosts.</summary>
    public int Keep { get; init; } = 5;

    public string Directory { get; init; } = "/opt/medusa";

    /// <summary>"25%" or a number of instances that may be out of traffic at once.</summary>
    public string MaxUnavailable { get; init; } = "25%";
}
