using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Tests.Provisioning;

/// <summary>An environment with every role.</summary>
internal static class SampleStore
{
    public static StoreEnvironment Environment { get; } = new()
    {
        Name = "staging",
        KnownHosts = "/known_hosts",
        Storefront = new() { Url = new Uri("https://store.test"), Worker = "storefront" },
        Api = new() { Url = new Uri("https://api.test"), Health = "/health" },
        Hosts =
        [
            new() { Name = "api-1", Address = "10.0.1.11", Instances = [9001, 9002] },
            new() { Name = "api-2", Address = "fd00::12", Instances = [9001] },
        ],
        Balancer = new() { Host = new() { Name = "lb", Address = "10.0.1.10" }, Backend = "medusa" },
        Database = new()
        {
            Host = new() { Name = "db", Address = "10.0.1.20" },
            Name = "medusa-staging",
            User = "medusa",
            Password = new(SecretSource.Env, "DATABASE_PASSWORD"),
            Managed = true,
        },
        Redis = new() { Address = "10.0.1.20:6380", Password = new(SecretSource.Env, "REDIS_PASSWORD"), HostName = "db" },
        Artifacts = new() { Bucket = "artifacts" },
        Backups = new()
        {
            Endpoint = new Uri("https://objects.test"),
            Bucket = "backups",
            AccessKey = new(SecretSource.Env, "A"),
            SecretKey = new(SecretSource.Env, "B"),
        },
        Stripe = new() { Mode = StripeMode.Test },
    };
}
