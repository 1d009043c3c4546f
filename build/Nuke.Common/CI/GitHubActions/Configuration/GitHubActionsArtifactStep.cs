using Nuke.Common.Utilities;

namespace Nuke.Common.CI.GitHubActions.Configuration;

/// <summary>Publishes a file or directory.</summary>
public class GitHubActionsArtifactStep : GitHubActionsStep
{
    public string Name { get; set; }

    /// <summary>Relative to the root.</summary>
    public string Path { get; set; }

    /// <summary>An expression that decides whether it is published; null for success.</summary>
    public string Condition { get; set; }

    public override void Write(CustomFileWriter writer)
    {
        writer.WriteLine($"- name: {$"Publish: {Name}".SingleQuote()}");
        using (writer.Indent())
        {
            writer.WriteLine("uses: actions/upload-artifact@v5");
            if (!string.IsNullOrWhiteSpace(Condition))
                writer.WriteLine($"if: {Condition}");
            writer.WriteLine("with:");
            using (writer.Indent())
            {
                writer.WriteLine($"name: {Name}");
                writer.WriteLine($"path: {Path}");
            }
        }
    }
}
