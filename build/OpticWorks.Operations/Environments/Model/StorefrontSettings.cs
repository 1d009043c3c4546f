namespace OpticWorks.Operations.Environments;

/// <summary>The storefront and its Worker.</summary>
public sealed record StorefrontSettings
{
    [Setting("the storefront's address", SettingFormat.Origin, Example = "https://staging.optic.works")]
    public required Uri Url { get; init; }

    [Setting("the Worker's name", SettingFormat.WorkerName, Example = "opticworks-storefront")]
    public required string Worker { get; init; }

    [Setting("name of the environment in wrangler's configuration; without it its top level", SettingFormat.WorkerName,
        Example = "staging")]
    public string? WranglerEnvironment { get; init; }

    [Setting("Cloudflare account id; without it wrangler's own", SettingFormat.AccountId)]
    public string? Account { get; init; }

    [Setting("base of Cloudflare's API; the local environment has its own", SettingFormat.Endpoint)]
    public Uri Api { get; init; } = new("https://api.cloudflare.com/client/v4");

    [Setting("variables compiled into the bundle, public by nature; names begin with NEXT_PUBLIC_",
        SettingFormat.SingleLine, Keys = SettingFormat.PublicVariableName,
        ExampleKey = "NEXT_PUBLIC_MEDUSA_BACKEND_URL", Example = "https://api-staging.optic.works")]
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();
}
