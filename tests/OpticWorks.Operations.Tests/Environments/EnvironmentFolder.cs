using System.Runtime.CompilerServices;
using System.Text;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Tests.Environments;

/// <summary>A root of a build with environment files, in a temporary folder.</summary>
internal sealed class EnvironmentFolder : IDisposable
{
    /// <summary>A short file that is valid; tests change it.</summary>
    public const string Valid = """
        {
          "name": "staging",
          "knownHosts": ".nuke/environments/staging.known_hosts",
          "storefront": {
            "url": "https://staging.optic.works",
            "worker": "opticworks-storefront-staging"
          },
          "api": {
            "url": "https://api-staging.optic.works"
          },
          "hosts": [
            { "name": "api-1", "address": "10.0.2.11", "port": 22, "instances": [9001, 9002] },
            { "name": "api-2", "address": "10.0.2.12", "port": 22, "instances": [9001, 9002] }
          ],
          "balancer": {
            "host": { "name": "lb", "address": "10.0.2.10" },
            "backend": "medusa"
          },
          "database": {
            "host": { "name": "db", "address": "10.0.2.20" },
            "name": "medusa-staging",
            "user": "medusa",
            "password": "env:DATABASE_PASSWORD"
          },
          "redis": {
            "address": "redis.optic.works:6379",
            "password": "env:REDIS_PASSWORD"
          },
          "artifacts": { "bucket": "opticworks-artifacts" },
          "backups": {
            "endpoint": "https://account.r2.cloudflarestorage.com",
            "bucket": "opticworks-backups",
            "accessKey": "env:R2_ACCESS_KEY_ID",
            "secretKey": "env:R2_SECRET_ACCESS_KEY"
          },
          "stripe": { "mode": "test" },
          "canary": {
            "steps": [10, 50, 100],
            "dwell": "3m"
          }
        }

        """;

    public EnvironmentFolder()
    {
        Root = Directory.CreateTempSubdirectory("opticworks-environments-").FullName;
        Directory.CreateDirectory(Path.Combine(Root, ".nuke", "environments"));
        Write(".nuke/environments/staging.known_hosts", "");
    }

    public string Root { get; }

    /// <summary>The root of this repository.</summary>
    public static string Repository([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));

    public string Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    public string Write(string path, byte[] bytes)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, bytes);
        return full;
    }

    public StoreEnvironment Load(string text, Func<string, string?>? local = null) => Load(Encoding.UTF8.GetBytes(text), local);

    public StoreEnvironment Load(byte[] bytes, Func<string, string?>? local = null)
    {
        Write(".nuke/environments/staging.json", bytes);
        return EnvironmentFile.Load(Root, "staging", local);
    }

    public EnvironmentFileException Refused(string text) => Should.Throw<EnvironmentFileException>(() => Load(text));

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
