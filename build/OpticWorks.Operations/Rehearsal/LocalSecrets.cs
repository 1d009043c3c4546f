using System.Security.Cryptography;
using System.Text;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>The local environment's own secrets: made once, one file each, readable by their owner only.</summary>
/// <param name="directory">Absolute folder of the files.</param>
public sealed class LocalSecrets(string directory)
{
    /// <summary>Bytes of each secret. Passwords are hexadecimal, so that they fit into URLs as they are; the backup key is base64.</summary>
    private static readonly IReadOnlyDictionary<string, int> Lengths = new Dictionary<string, int>
    {
        ["database-password"] = 24,
        ["redis-password"] = 24,
        ["jwt-secret"] = 32,
        ["cookie-secret"] = 32,
        ["r2-access-key"] = 16,
        ["r2-secret-key"] = 32,
        ["backup-key"] = 32,
        ["cloudflare-token"] = 32,
    };

    public static IEnumerable<string> Names => Lengths.Keys;

    public string File(string name) => Path.Combine(directory, name);

    public string Read(string name) => System.IO.File.ReadAllText(File(name));

    /// <summary>Makes those that are missing; keeps the others.</summary>
    public void Ensure()
    {
        PrivateFile.CreateFolder(directory);
        foreach (var (name, length) in Lengths)
        {
            if (!System.IO.File.Exists(File(name)))
                PrivateFile.Write(File(name), Encoding.ASCII.GetBytes(Value(name, RandomNumberGenerator.GetBytes(length))));
        }
    }

    private static string Value(string name, byte[] random) =>
        name == "backup-key" ? Convert.ToBase64String(random) : Convert.ToHexStringLower(random);
}
