using System.Security.Cryptography;
using System.Text;

namespace OpticWorks.Operations.Backups;

/// <summary>The environment's backup key, and the keys that are derived from it (HKDF, RFC 5869): one for each backup's frames, one for the
/// seals of manifests.</summary>
public sealed class BackupSecret
{
    public const int SaltLength = 32;

    private readonly byte[] _key;

    private BackupSecret(byte[] key) => _key = key;

    /// <summary>Tells keys apart without telling anything about them.</summary>
    public string KeyId => Convert.ToHexStringLower(Derive("opticworks backup key id", [], 4));

    /// <param name="text">32 bytes in base64.</param>
    /// <exception cref="OperationException">It is something else (exit 2).</exception>
    public static BackupSecret Parse(string text)
    {
        var key = new byte[32];
        return Convert.TryFromBase64String(text.Trim(), key, out var length) && length == key.Length
            ? new BackupSecret(key)
            : throw OperationException.Configuration("backups.encryptionKey is not 32 bytes in base64", "make one with: openssl rand -base64 32");
    }

    /// <summary>The key of one backup's frames; no other backup has it, so a frame's number can be its nonce.</summary>
    public byte[] FrameKey(ReadOnlySpan<byte> salt) => Derive("opticworks backup frames", salt, 32);

    /// <summary>Shows that who has the key wrote the text.</summary>
    public string Seal(string text) =>
        $"hmac-sha256:{Convert.ToHexStringLower(HMACSHA256.HashData(Derive("opticworks backup manifest", [], 32), Encoding.UTF8.GetBytes(text)))}";

    /// <summary>Shows only that the text is whole.</summary>
    public static string PlainSeal(string text) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";

    private byte[] Derive(string purpose, ReadOnlySpan<byte> salt, int length)
    {
        var derived = new byte[length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, derived, salt, Encoding.ASCII.GetBytes(purpose));
        return derived;
    }
}
