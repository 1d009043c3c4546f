namespace OpticWorks.Operations.Releases;

/// <summary>Paths of a backend host below the releases' directory (/opt/medusa).</summary>
public sealed record HostLayout(string Directory)
{
    public const string Node = "/opt/node/current/bin/node";

    public string Layer(string key) => $"{Directory}/layers/{key}";

    public string Releases => $"{Directory}/releases";

    public string Release(ReleaseId id) => $"{Directory}/releases/{id}";

    /// <summary>Uploaded files, shared by all releases; Medusa serves them from a release's folder "static".</summary>
    public string Uploads => $"{Directory}/shared/uploads";

    public string Instances => $"{Directory}/instances";

    public string Instance(int port) => $"{Directory}/instances/{port}";

    public string Current(int port) => $"{Directory}/instances/{port}/current";

    public static string Unit(int port) => $"medusa@{port}.service";
}
