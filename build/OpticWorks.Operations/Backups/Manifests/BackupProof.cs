using System.Text;
using System.Text.Json;

namespace OpticWorks.Operations.Backups.Manifests;

/// <summary>What a check of a backup found: an object of its own, so that the manifest never changes.</summary>
/// <param name="Kind">How it was checked.</param>
/// <param name="Digest">The digest of the manifest that was checked, so that a proof counts for that very backup.</param>
/// <param name="Problems">Empty: it is good.</param>
public sealed record BackupProof(string Id, ProofKind Kind, DateTimeOffset At, string By, string Digest, double Seconds, IReadOnlyList<string> Problems)
{
    /// <summary>Only a restore verifies a backup; reading it can only show that it is damaged.</summary>
    public bool Verifies => Kind == ProofKind.Restored && Problems.Count == 0;

    public byte[] Write(BackupSecret? secret)
    {
        var text = JsonSerializer.Serialize(this, JsonSerializerOptions.Web);
        return JsonSerializer.SerializeToUtf8Bytes(new Sealed(text, secret?.Seal(text) ?? BackupSecret.PlainSeal(text)), JsonSerializerOptions.Web);
    }

    /// <summary>Null: it is none of ours.</summary>
    public static BackupProof? Read(byte[] bytes, BackupSecret? secret)
    {
        try
        {
            var envelope = JsonSerializer.Deserialize<Sealed>(Encoding.UTF8.GetString(bytes), JsonSerializerOptions.Web);
            return envelope is { Text: not null } && envelope.Seal == (secret?.Seal(envelope.Text) ?? BackupSecret.PlainSeal(envelope.Text))
                ? JsonSerializer.Deserialize<BackupProof>(envelope.Text, JsonSerializerOptions.Web) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Sealed(string Text, string Seal);
}

/// <summary>How a backup was checked.</summary>
public enum ProofKind
{
    /// <summary>Every byte was read.</summary>
    Read,

    /// <summary>It was restored and compared.</summary>
    Restored,
}
