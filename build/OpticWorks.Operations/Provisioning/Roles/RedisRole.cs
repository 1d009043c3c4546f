using System.Globalization;
using System.Net;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Provisioning;

/// <summary>The host that runs Redis, when the environment names one.</summary>
internal static class RedisRole
{
    private const string Unit = "redis-server.service";

    private const string Main = "/etc/redis/redis.conf";

    private const string Settings = "/etc/redis/opticworks.conf";

    private const string Password = "/etc/redis/opticworks-password.conf";

    public static IReadOnlyList<string> Packages => ["redis-server"];

    public static IReadOnlyList<Resource> Files(StoreEnvironment environment, string password) =>
    [
        new FileResource(Settings, Text(environment.Redis.Address), "root", "redis", "0640"),
        new FileResource(Password, $"requirepass {Quoted(password)}\n", "root", "redis", "0640") { Secret = true },
        new LineResource(Main, $"include {Settings}"),
    ];

    public static UnitResource Service => new(Unit) { RestartsFor = [Settings, Password, Main] };

    /// <remarks>noeviction: queues and locks live here, and a lost key would be a lost job.</remarks>
    internal static string Text(string address)
    {
        var colon = address.LastIndexOf(':');
        var host = colon < 0 ? address : address[..colon].Trim('[', ']');
        var port = colon < 0 ? 6379 : int.Parse(address[(colon + 1)..], CultureInfo.InvariantCulture);
        var bind = IPAddress.TryParse(host, out var ip) ? IPAddress.IsLoopback(ip) ? "127.0.0.1 -::1" : $"127.0.0.1 -::1 {ip}" : "* -::*";
        return $"""
            # Written by Provision of OpticWorks.
            bind {bind}
            port {port}
            protected-mode yes
            maxmemory-policy noeviction
            include {Password}

            """;
    }

    /// <summary>A double-quoted string of redis.conf.</summary>
    private static string Quoted(string password)
    {
        if (password.Length == 0 || password.Any(char.IsControl))
        {
            throw OperationException.Configuration("The Redis password is empty or holds control characters",
                next: "choose one of letters, digits and punctuation, and run Provision again");
        }

        return $"\"{password.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
    }
}
