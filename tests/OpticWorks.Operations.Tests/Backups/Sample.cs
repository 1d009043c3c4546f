using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Backups.Frames;
using OpticWorks.Operations.Backups.Manifests;

namespace OpticWorks.Operations.Tests.Backups;

/// <summary>A backup's object and manifest in memory.</summary>
internal sealed record Sample(BackupManifest Manifest, byte[] Object)
{
    public static readonly BackupSecret Secret = BackupSecret.Parse(Convert.ToBase64String(new byte[32]));

    public static async Task<Sample> MakeAsync(BackupSecret? secret, int archiveLength, int seed = 1, DateTimeOffset? at = null)
    {
        var archive = new byte[archiveLength];
        new Random(seed).NextBytes(archive);
        using var stored = new MemoryStream();
        var id = BackupId.New(at ?? new DateTimeOffset(2026, 11, 26, 2, 0, seed % 60, TimeSpan.Zero), "shop");
        using var writer = new FrameWriter(id, secret, (bytes, token) => stored.WriteAsync(bytes, token));
        await writer.BeginAsync(default);
        await writer.WriteAsync(SectionKind.Archive, new MemoryStream(archive), null, default);
        await writer.WriteAsync(SectionKind.Roles, new MemoryStream("create role x;"u8.ToArray()), null, default);
        await writer.WriteAsync(SectionKind.Contents, new MemoryStream(), null, default);
        return new Sample(new BackupManifest
        {
            Format = BackupManifest.CurrentFormat,
            Id = id.Text,
            Environment = "test",
            Database = "shop",
            Host = "db",
            SystemIdentifier = "7431",
            ServerVersion = "17.6",
            DumpVersion = "17.6",
            By = "mara@laptop",
            At = id.At,
            Seconds = 1.5,
            Tables = 3,
            Rows = 42,
            DatabaseSize = 1 << 20,
            Length = stored.Length,
            Digest = writer.Digest,
            Encryption = secret is null ? null : new Encryption("AES-256-GCM", secret.KeyId),
            ObjectSalt = Convert.ToHexStringLower(writer.Salt),
            Sections = [.. writer.Sections],
        }, stored.ToArray());
    }

    /// <summary>Reads an object by this manifest.</summary>
    public async Task<(byte[] Plain, List<Damage> Damages)> ReadAsync(byte[] stored, BackupSecret? secret)
    {
        using var plain = new MemoryStream();
        var damages = new List<Damage>();
        using var reader = new FrameReader(Manifest, secret, new MemoryStream(stored));
        await reader.ReadAsync((_, bytes) => plain.WriteAsync(bytes), damages.Add, default);
        return (plain.ToArray(), damages);
    }
}
