using Nuke.Common.Utilities;

namespace Nuke.Common.CI.GitHubActions.Configuration;

/// <summary>Checks the repository out.</summary>
public class GitHubActionsCheckoutStep : GitHubActionsStep
{
    public GitHubActionsSubmodules? Submodules { get; set; }

    public bool? Lfs { get; set; }

    /// <summary>How many commits; 0 for all.</summary>
    public uint? FetchDepth { get; set; }

    public bool? Progress { get; set; }

    public string Filter { get; set; }

    public override void Write(CustomFileWriter writer)
    {
        writer.WriteLine("- uses: actions/checkout@v6");
        string[] settings =
        [
            .. Setting("submodules", Submodules),
            .. Setting("lfs", Lfs),
            .. Setting("fetch-depth", FetchDepth),
            .. Setting("progress", Progress),
            .. Filter == null ? Array.Empty<string>() : [$"filter: {Filter}"]
        ];
        if (settings.Length == 0)
            return;
        using (writer.Indent())
        {
            writer.WriteLine("with:");
            using (writer.Indent())
            {
                foreach (var setting in settings)
                    writer.WriteLine(setting);
            }
        }
    }

    private static string[] Setting<T>(string name, T? value) where T : struct =>
        value == null ? [] : [$"{name}: {value.ToString().ToLowerInvariant()}"];
}
