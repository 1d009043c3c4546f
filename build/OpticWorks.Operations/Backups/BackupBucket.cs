using System.Security.Cryptography;
using OpticWorks.Operations.Backups.Frames;
using OpticWorks.Operations.Backups.Manifests;
using OpticWorks.Operations.Objects;

namespace OpticWorks.Operations.Backups;

/// <summary>Where an environment's backups are, and the key that they are encrypted with.</summary>
/// <param name="Secret">Null: not encrypted.</param>
public sealed record BackupBucket(ObjectStore Store, string Prefix, BackupSecret? Secret)
{
    internal BackupKeys Keys { get; } = new(Prefix);

    /// <summary>For people.</summary>
    public string Place => $"{Store.Bucket}/{Prefix}";

    /// <summary>Puts a small object, reads it back and removes it: shows that the object store's keys and the backup key work.</summary>
    /// <exception cref="OperationException">They do not (exit 4).</exception>
    internal async Task ProbeAsync(INarrator narrator, CancellationToken cancellationToken)
    {
        var key = Keys.Probe(RandomNumberGenerator.GetHexString(8, lowercase: true));
        using var sealedBytes = new MemoryStream();
        using (var writer = new FrameWriter(BackupId.New(DateTimeOffset.UtcNow, "probe"), Secret, async (bytes, token) => await sealedBytes.WriteAsync(bytes, token).ConfigureAwait(false)))
        {
            await writer.BeginAsync(cancellationToken).ConfigureAwait(false);
            using var content = new MemoryStream(RandomNumberGenerator.GetBytes(64));
            await writer.WriteAsync(SectionKind.Roles, content, null, cancellationToken).ConfigureAwait(false);
        }

        await Store.PutAsync(key, sealedBytes.ToArray(), cancellationToken).ConfigureAwait(false);
        var back = await Store.ReadAsync(key, cancellationToken).ConfigureAwait(false);
        if (back is null || !back.AsSpan().SequenceEqual(sealedBytes.ToArray()))
        {
            throw OperationException.Preflight($"{Store.Bucket} does not give back what was put into it", "check the object store",
                Store.Endpoint.Host, back is null ? "no such object" : $"{back.Length} other bytes");
        }

        try
        {
            await Store.DeleteAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException e)
        {
            narrator.Warn("backup", $"these keys cannot delete ({e.Seen}); unfinished uploads and pruning need others");
        }
    }
}
