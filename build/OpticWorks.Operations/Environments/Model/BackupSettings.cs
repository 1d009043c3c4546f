namespace OpticWorks.Operations.Environments;

/// <summary>The bucket and prefix of built artifacts.</summary>
public sealed record ArtifactSettings
{
    [Setting("the bucket of built artifacts", SettingFormat.Bucket, Example = "opticworks-artifacts")]
    public required string Bucket { get; init; }

    [Setting("prefix of their keys", SettingFormat.KeyPrefix)]
    public string Prefix { get; init; } = "releases/";
}

/// <summary>The object store (S3 API) and the backup policy.</summary>
public sealed record BackupSettings
{
    [Setting("the object store's S3 endpoint", SettingFormat.Endpoint, Example = "https://ACCOUNT.r2.cloudflarestorage.com")]
    public required Uri Endpoint { get; init; }

    [Setting("the bucket of backups", SettingFormat.Bucket, Example = "opticworks-backups")]
    public required string Bucket { get; init; }

    [Setting("prefix of their keys", SettingFormat.KeyPrefix)]
    public string Prefix { get; init; } = "medusa/";

    [Setting("the object store's access key id", Example = "env:R2_ACCESS_KEY_ID")]
    public required SecretReference AccessKey { get; init; }

    [Setting("the object store's secret access key", Example = "env:R2_SECRET_ACCESS_KEY")]
    public required SecretReference SecretKey { get; init; }

    [Setting("the key that backups are encrypted with, 32 bytes in base64; a protected environment needs one",
        Example = "env:BACKUP_KEY")]
    public SecretReference? EncryptionKey { get; init; }

    [Setting("how many backups are kept of each kind")]
    public RetentionSettings Retention { get; init; } = new();

    [Setting("the greatest age of the newest verified backup before ListBackups complains")]
    public TimeSpan FreshWithin { get; init; } = TimeSpan.FromHours(26);
}

/// <summary>How many backups are kept of each kind.</summary>
public sealed record RetentionSettings
{
    [Setting("the newest backups that are kept", Minimum = 1, Maximum = 10000)]
    public int Last { get; init; } = 7;

    [Setting("days of which one backup is kept", Minimum = 0, Maximum = 10000)]
    public int Daily { get; init; } = 14;

    [Setting("weeks of which one backup is kept", Minimum = 0, Maximum = 10000)]
    public int Weekly { get; init; } = 8;

    [Setting("months of which one backup is kept", Minimum = 0, Maximum = 10000)]
    public int Monthly { get; init; } = 12;
}
