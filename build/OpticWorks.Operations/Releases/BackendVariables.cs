using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Releases;

/// <summary>The variables of a release's env file: those of the environment file and those that follow from it.</summary>
public static class BackendVariables
{
    /// <param name="secret">Resolves a reference to its value.</param>
    public static IReadOnlyDictionary<string, string> Of(StoreEnvironment environment, ReleaseId release, Func<SecretReference, string> secret)
    {
        var variables = environment.Variables.ToDictionary(pair => pair.Key, pair => secret(pair.Value));
        var database = environment.Database;
        variables["NODE_ENV"] = "production";
        variables["RELEASE_ID"] = release.Text;
        variables["DATABASE_URL"] =
            $"postgres://{Part(database.User)}:{Part(secret(database.Password))}@{database.Address ?? database.Host.Address}:{database.Port}/{Part(database.Name)}{(database.Tls ? "?sslmode=require" : "?sslmode=disable")}";
        variables["REDIS_URL"] = $"redis://:{Part(secret(environment.Redis.Password))}@{environment.Redis.Address}";
        variables.TryAdd("STORE_CORS", environment.Storefront.Url.GetLeftPart(UriPartial.Authority));
        variables.TryAdd("MEDUSA_DISABLE_TELEMETRY", "true");
        return variables;
    }

    private static string Part(string text) => Uri.EscapeDataString(text);
}
