using System.Security.Cryptography;
using System.Text;

namespace Nuke.Common.ValueInjection;

/// <summary>
/// The format of encrypted values in NUKE's parameter files: <c>v1:</c> and the Base64 of AES-256-CBC with PKCS#7 padding, where key and
/// initialization vector are the first 32 and the next 16 bytes of PBKDF2-HMAC-SHA256 over the password with a fixed salt and
/// 10 000 rounds. It hides values in a repository; it is no vault (equal values look equal, guesses are cheap).
/// </summary>
internal static class Encryption
{
    public const string Version = "v1:";

    private const int Rounds = 10_000;
    private const int KeyBytes = 32;
    private const int VectorBytes = 16;

    private static readonly byte[] Salt = "Ivan Medvedev"u8.ToArray();

    public static bool IsEncrypted(string text) => text.StartsWith(Version, StringComparison.Ordinal);

    public static string Encrypt(string text, string password)
    {
        using var aes = Create(password, out var vector);
        return Version + Convert.ToBase64String(aes.EncryptCbc(Encoding.UTF8.GetBytes(text), vector));
    }

    /// <summary>The plain text; null when the password is wrong or the text damaged.</summary>
    public static string Decrypt(string text, string password)
    {
        try
        {
            using var aes = Create(password, out var vector);
            var bytes = aes.DecryptCbc(Convert.FromBase64String(text[Version.Length..]), vector);
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException or DecoderFallbackException)
        {
            return null;
        }
    }

    private static Aes Create(string password, out byte[] vector)
    {
        var bytes = Rfc2898DeriveBytes.Pbkdf2(password, Salt, Rounds, HashAlgorithmName.SHA256, KeyBytes + VectorBytes);
        vector = bytes[KeyBytes..];
        var aes = Aes.Create();
        aes.Key = bytes[..KeyBytes];
        return aes;
    }
}
