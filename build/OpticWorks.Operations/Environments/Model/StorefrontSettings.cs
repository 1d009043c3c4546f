namespace OpticWorks.Operations.Environments;

/// <summary>What a Worker may weigh depends on it (Cloudflare's documentation, "Workers limits").</summary>
public enum WorkerPlan
{
    Free,
    Paid,
}

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

    [Setting("Cloudflare account id; every target that acts on the storefront needs it", SettingFormat.AccountId)]
    public string? Account { get; init; }

    [Setting("base of Cloudflare's API; the local environment has its own", SettingFormat.Endpoint)]
    public Uri Api { get; init; } = new("https://api.cloudflare.com/client/v4");

    [Setting("API token that may edit Workers; DeployStorefront needs it", Example = "env:CLOUDFLARE_API_TOKEN")]
    public SecretReference? Token { get; init; }

    [Setting("the account's Workers plan: a Worker may have 10 MiB compressed on the paid one, 3 MiB on the free one")]
    public WorkerPlan Plan { get; init; } = WorkerPlan.Paid;

    [Setting("pages that must answer before and while a version gets traffic", SettingFormat.UrlPathAndQuery, Unique = true, MinimumItems = 1, Example = "/products")]
    public IReadOnlyList<string> Pages { get; init; } = ["/"];

    [Setting("secrets of the Worker, by the names that its code knows", Keys = SettingFormat.VariableName,
        ExampleKey = "STRIPE_SECRET_KEY", Example = "env:STRIPE_SECRET_KEY")]
    public IReadOnlyDictionary<string, SecretReference> Secrets { get; init; } = new Dictionary<string, SecretReference>();

    /// <summary>Null: they stay as they are.</summary>
    [Setting("host names that lead to the Worker (custom domains); without it they stay as they are", SettingFormat.HostAddress, Unique = true, Example = "staging.optic.works")]
    public IReadOnlyList<string>? Domains { get; init; }

    /// <summary>Null: they stay as they are.</summary>
    [Setting("the Worker's cron triggers; without it they stay as they are", SettingFormat.Cron, Unique = true, Example = "*/15 * * * *")]
    public IReadOnlyList<string>? Crons { get; init; }

    [Setting("variables compiled into the bundle, public by nature; names begin with NEXT_PUBLIC_",
        SettingFormat.SingleLine, Keys = SettingFormat.PublicVariableName,
        ExampleKey = "NEXT_PUBLIC_MEDUSA_BACKEND_URL", Example = "https://api-staging.optic.works")]
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    [Setting("images that SyncImages brings to Cloudflare Images")]
    public ImageSettings? Images { get; init; }
}
