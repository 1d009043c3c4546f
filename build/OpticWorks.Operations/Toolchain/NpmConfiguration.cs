namespace OpticWorks.Operations.Toolchain;

/// <summary>
/// Which npm registry this machine uses: variable npm_config_registry, then the user's npmrc, then the global ones, then
/// the public one: npm's own order. Format of npmrc: "key = value" lines, ';' and '#' begin comments, ${NAME} is a variable.
/// </summary>
internal static class NpmConfiguration
{
    private const string PublicRegistry = "https://registry.npmjs.org/";

    /// <summary>The registry as this process sees it.</summary>
    public static Uri Registry()
    {
        var variables = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string[] files =
        [
            variables.GetValueOrDefault("NPM_CONFIG_USERCONFIG") ?? variables.GetValueOrDefault("npm_config_userconfig")
                ?? Path.Combine(home, ".npmrc"),
            "/usr/local/etc/npmrc", "/usr/etc/npmrc", "/etc/npmrc",
        ];
        return Registry(variables, files.Where(File.Exists).Select(File.ReadAllText));
    }

    /// <summary>The registry for these variables and files, the strongest file first. Its address ends with '/'.</summary>
    /// <exception cref="OperationException">A registry is configured that is no http or https address (exit 2).</exception>
    public static Uri Registry(IReadOnlyDictionary<string, string> variables, IEnumerable<string> files)
    {
        var text = variables.FirstOrDefault(variable =>
            variable.Key.Equals("npm_config_registry", StringComparison.OrdinalIgnoreCase) && variable.Value.Length > 0).Value;
        text ??= files.Select(file => RegistryOf(file, variables)).FirstOrDefault(found => found is not null) ?? PublicRegistry;
        return Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var registry) && registry.Scheme is "http" or "https"
            ? registry
            : throw OperationException.Configuration("The configured npm registry is not an http or https address",
                next: "correct registry= in the npmrc file, or set npm_config_registry");
    }

    private static string? RegistryOf(string file, IReadOnlyDictionary<string, string> variables)
    {
        string? found = null;
        foreach (var line in file.Split('\n'))
        {
            var parts = line.Trim().Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts.Length == 2 && parts[0] == "registry")
                found = parts[1].Trim('"', '\'');
        }

        if (found is null)
            return null;
        foreach (var (name, value) in variables)
            found = found.Replace("${" + name + "}", value);
        return found;
    }
}
