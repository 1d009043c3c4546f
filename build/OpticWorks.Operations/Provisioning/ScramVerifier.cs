using System.Security.Cryptography;
using System.Text;

namespace OpticWorks.Operations.Provisioning;

/// <summary>
/// PostgreSQL's stored form of a password: <c>SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey</c> (RFC 5802 and 7677; the
/// layout is that of pg_authid.rolpassword). Given this form, the server never sees the password, so no log can hold it.
/// </summary>
public static class ScramVerifier
{
    private const string Scheme = "SCRAM-SHA-256";

    /// <summary>PostgreSQL's own number (scram_iterations).</summary>
    private const int Iterations = 4096;

    private const int SaltBytes = 16;

    /// <exception cref="OperationException">The password holds more than printable ASCII (exit 2).</exception>
    public static string Of(string password) => Of(password, RandomNumberGenerator.GetBytes(SaltBytes), Iterations);

    /// <summary>Whether a stored verifier belongs to the password. Anything that is no verifier does not.</summary>
    public static bool Matches(string verifier, string password)
    {
        if (verifier.Split('$') is not [Scheme, var cost, _] || cost.Split(':') is not [var count, var encoded]
            || !int.TryParse(count, out var iterations) || iterations is < 1 or > 10_000_000)
            return false;
        var salt = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, salt, out var length)
            && CryptographicOperations.FixedTimeEquals(
                Encoding.ASCII.GetBytes(verifier), Encoding.ASCII.GetBytes(Of(password, salt[..length], iterations)));
    }

    internal static string Of(string password, byte[] salt, int iterations)
    {
        // SASLprep leaves printable ASCII as it is; for anything else two programs may disagree about the bytes.
        if (password.Length == 0 || password.Any(c => c is < ' ' or > '~'))
        {
            throw OperationException.Configuration("The database password is empty or holds characters outside printable ASCII",
                next: "choose one of letters, digits and punctuation, and run Provision again");
        }

        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.ASCII.GetBytes(password), salt, iterations, HashAlgorithmName.SHA256, 32);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"{Scheme}${iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}";
    }
}
