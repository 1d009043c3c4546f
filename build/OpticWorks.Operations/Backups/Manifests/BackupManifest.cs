using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpticWorks.Operations.Backups.Frames;

namespace OpticWorks.Operations.Backups.Manifests;

/// <summary>
/// What makes a stored object a backup: it is put last and never changed. The seal shows that it is whole, and with an encryption key also
/// that who has the key wrote it.
/// </summary>
public sealed record BackupManifest
{
    /// <summary>2: tables' digests are of values, where 1 had those of texts.</summary>
    public const int CurrentFormat = 2;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public required int Format { get; init; }

    public required string Id { get; init; }

    public required string Environment { get; init; }

    public required string Database { get; init; }

    /// <summary>The host that PostgreSQL ran on, by its name in the environment.</summary>
    public required string Host { get; init; }

    /// <summary>Of the cluster (pg_control_system): tells servers apart whatever they are called.</summary>
    public required string SystemIdentifier { get; init; }

    /// <summary>For example "17.6".</summary>
    public required string ServerVersion { get; init; }

    public required string DumpVersion { get; init; }

    /// <summary>The release that was live; null: unknown.</summary>
    public string? Release { get; init; }

    /// <summary>For example "mara@laptop".</summary>
    public required string By { get; init; }

    /// <summary>When the snapshot was taken; the backup holds the database as it was then.</summary>
    public required DateTimeOffset At { get; init; }

    public required double Seconds { get; init; }

    public required int Tables { get; init; }

    public required long Rows { get; init; }

    /// <summary>pg_database_size at the snapshot, bytes.</summary>
    public required long DatabaseSize { get; init; }

    /// <summary>Bytes of the object.</summary>
    public required long Length { get; init; }

    /// <summary>SHA-256 of its header and of every frame's digest.</summary>
    public required string Digest { get; init; }

    /// <summary>Null: not encrypted.</summary>
    public Encryption? Encryption { get; init; }

    /// <summary>In the object's header too; without encryption it only makes objects different. Hexadecimal.</summary>
    public required string ObjectSalt { get; init; }

    public required IReadOnlyList<Section> Sections { get; init; }

    public string? Seal { get; init; }

    [JsonIgnore]
    public byte[] Salt => Convert.FromHexString(ObjectSalt);

    /// <summary>Its bytes with the seal.</summary>
    public byte[] Write(BackupSecret? secret) => Encoding.UTF8.GetBytes(Text(this with { Seal = SealOf(secret) }));

    /// <summary>Reads and checks one.</summary>
    /// <param name="secret">The environment's key; null: it has none.</param>
    /// <returns>The manifest, or why it is none.</returns>
    public static (BackupManifest? Manifest, string? Problem) Read(byte[] bytes, BackupId id, BackupSecret? secret)
    {
        BackupManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<BackupManifest>(bytes, Json);
            if (manifest is null || !Encoding.UTF8.GetBytes(Text(manifest)).AsSpan().SequenceEqual(bytes) || manifest.Salt.Length != BackupSecret.SaltLength)
                return (null, "its manifest is damaged: not as it was written");
        }
        catch (Exception e) when (e is JsonException or FormatException or NotSupportedException)
        {
            return (null, $"its manifest is damaged: {e.Message}");
        }

        if (manifest.Format != CurrentFormat)
            return (null, $"its manifest has format {manifest.Format}, and this program reads {CurrentFormat}");
        if (manifest.Id != id.Text)
            return (null, $"here lies the manifest of {manifest.Id}");
        if (manifest.Encryption is { } encryption && secret is not null && encryption.KeyId != secret.KeyId)
            return (null, $"it was encrypted with the key {encryption.KeyId}, and the environment's key is {secret.KeyId}");
        if (manifest.Encryption is null && secret is not null)
            return (null, "it is not encrypted although the environment has a key: not sealed by us");
        if (manifest.Encryption is not null && secret is null)
            return (null, $"it is encrypted with the key {manifest.Encryption.KeyId}, and the environment has none");
        if (manifest.Seal != manifest.SealOf(secret))
            return (null, "its manifest is damaged: the seal does not match");
        return new FrameMap(manifest).Problem() is { } problem ? (null, $"its manifest is damaged: {problem}") : (manifest, null);
    }

    private string SealOf(BackupSecret? secret)
    {
        var text = Text(this with { Seal = null });
        return secret?.Seal(text) ?? BackupSecret.PlainSeal(text);
    }

    private static string Text(BackupManifest manifest) => JsonSerializer.Serialize(manifest, Json) + "\n";
}

/// <summary>How a backup's frames are encrypted.</summary>
/// <param name="KeyId">Tells which key (<see cref="BackupSecret.KeyId"/>).</param>
public sealed record Encryption(string Cipher, string KeyId);
