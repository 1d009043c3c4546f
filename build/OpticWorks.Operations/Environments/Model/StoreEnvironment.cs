namespace OpticWorks.Operations.Environments;

/// <summary>One environment of the store: where it runs and by which rules it is operated. Read from
/// <c>.nuke/environments/NAME.json</c> by <see cref="EnvironmentFile"/> and valid as a whole. What each setting means is said
/// once, in its <see cref="SettingAttribute"/>, from where the schema and the mistakes take it.</summary>
public sealed record StoreEnvironment
{
    [Setting("the environment's name, the same as the file's", SettingFormat.Name, Example = "staging")]
    public required string Name { get; init; }

    [Setting("this checkout's own rehearsal machines; only here may a value hold ${local:KEY}")]
    public bool Local { get; init; }

    [Setting("every change needs --confirm NAME, URLs need https and backups need an encryption key")]
    public bool Protected { get; init; }

    /// <summary>Absolute, whatever the file says.</summary>
    [Setting("OpenSSH known_hosts file, relative to the root of the build; host keys are always checked against it",
        SettingFormat.FilePath, Example = ".nuke/environments/staging.known_hosts")]
    public required string KnownHosts { get; init; }

    /// <summary>Absolute; null: what the OpenSSH client finds (agent, ~/.ssh/config).</summary>
    [Setting("private key file for SSH; without it the OpenSSH client chooses (agent, ~/.ssh/config)",
        SettingFormat.FilePath, Example = "~/.ssh/opticworks")]
    public string? IdentityFile { get; init; }

    [Setting("the storefront and its Worker")]
    public required StorefrontSettings Storefront { get; init; }

    [Setting("the backend as its users reach it")]
    public required ApiSettings Api { get; init; }

    [Setting("the hosts that run backend instances, in the order in which they are switched", FromInventory = true, MinimumItems = 1)]
    public required IReadOnlyList<BackendHost> Hosts { get; init; }

    [Setting("HAProxy: its host, backend and admin socket")]
    public required BalancerSettings Balancer { get; init; }

    [Setting("PostgreSQL 17")]
    public required DatabaseSettings Database { get; init; }

    [Setting("Redis 7")]
    public required RedisSettings Redis { get; init; }

    [Setting("where built artifacts are kept; endpoint and keys are those of backups")]
    public required ArtifactSettings Artifacts { get; init; }

    [Setting("the object store (S3 API) and the backup policy")]
    public required BackupSettings Backups { get; init; }

    [Setting("which kind of Stripe keys belongs here; the other kind stops Build and every deployment")]
    public required StripeSettings Stripe { get; init; }

    [Setting("the canary policy")]
    public CanarySettings Canary { get; init; } = new();

    [Setting("how releases are kept and switched")]
    public ReleaseSettings Releases { get; init; } = new();

    [Setting("what a maintenance leaves open, and who else is told")]
    public MaintenanceSettings Maintenance { get; init; } = new();

    /// <summary>Beside those that the suite derives (DATABASE_URL, REDIS_URL).</summary>
    [Setting("variables of the backend's environment file: a secret reference, or text:VALUE for a public value",
        Keys = SettingFormat.VariableName, PublicText = true, ExampleKey = "JWT_SECRET", Example = "env:JWT_SECRET")]
    public IReadOnlyDictionary<string, SecretReference> Variables { get; init; } = new Dictionary<string, SecretReference>();

    [Setting("notification hooks by kind, for example \"slack\"", Keys = SettingFormat.Name,
        ExampleKey = "slack", Example = "env:SLACK_WEBHOOK")]
    public IReadOnlyDictionary<string, SecretReference> Notify { get; init; } = new Dictionary<string, SecretReference>();

    /// <summary>Absolute; null: the file itself names the hosts.</summary>
    [Setting("Ansible inventory that the hosts come from, relative to the store, else to the root of the build; "
        + "then hosts, balancer.host and database.host stay out of this file",
        SettingFormat.FilePath, Example = "infra/ansible/inventory/production.yml")]
    public string? Inventory { get; init; }

    /// <summary>Every host once: balancer, backend hosts, database.</summary>
    public IEnumerable<HostSettings> AllHosts =>
        new HostSettings[] { Balancer.Host }.Concat(Hosts).Append(Database.Host).DistinctBy(host => host.Name);

    /// <summary>Every secret that the environment refers to, by its path in the file ("database.password").</summary>
    public IEnumerable<NamedSecret> Secrets =>
        new NamedSecret?[]
        {
            new("database.password", Database.Password),
            new("redis.password", Redis.Password),
            new("backups.accessKey", Backups.AccessKey),
            new("backups.secretKey", Backups.SecretKey),
            Backups.EncryptionKey is { } key ? new("backups.encryptionKey", key) : null,
            Storefront.Token is { } token ? new("storefront.token", token) : null,
            Storefront.Images?.Token is { } images ? new("storefront.images.token", images) : null,
        }
        .OfType<NamedSecret>()
        .Concat(Storefront.Secrets.Select(secret => new NamedSecret($"storefront.secrets.{secret.Key}", secret.Value)))
        .Concat(Variables.Select(variable => new NamedSecret($"variables.{variable.Key}", variable.Value)))
        .Concat(Notify.Select(hook => new NamedSecret($"notify.{hook.Key}", hook.Value)));
}
