namespace OpticWorks.Operations.Provisioning;

/// <summary>
/// Where Node keeps the modules that it compiled (https://nodejs.org/api/module.html#module-compile-cache): Medusa loads thousands of them, and a start that
/// reads them takes about a quarter less of a core. Each entry names its file, and is left alone when the file is another; so instances share them, and releases
/// with the same dependency layer do. What was compiled is code that will run: the deploy user, who may become more than the service, has a folder of its own.
/// </summary>
public static class NodeCache
{
    /// <summary>Below the unit's CacheDirectory.</summary>
    public const string OfService = "/var/cache/medusa/node";

    /// <summary>Of the deploy user's commands in a release.</summary>
    public const string OfDeployment = $"{Folder}/node";

    /// <summary>The deploy user's; nothing in it is missed when it is gone.</summary>
    public const string Folder = "/var/cache/opticworks";

    /// <summary>tmpfiles.d(5).</summary>
    internal const string AgingPath = "/etc/tmpfiles.d/opticworks.conf";

    /// <summary>Layers that no release has any more leave entries behind, which go when nobody has read them for a month.</summary>
    internal const string Aging = $"""
        # Written by Provision of OpticWorks.
        e {OfService} - - - 30d
        e {Folder} - - - 30d

        """;
}
