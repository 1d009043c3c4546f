using Nuke.Common.Utilities;

namespace Nuke.Common.CI.GitHubActions.Configuration;

/// <summary>Restores directories from an earlier run with the same key files.</summary>
public class GitHubActionsCacheStep : GitHubActionsStep
{
    public string[] IncludePatterns { get; set; } = [];

    public string[] ExcludePatterns { get; set; } = [];

    public string[] KeyFiles { get; set; } = [];

    public override void Write(CustomFileWriter writer)
    {
        writer.WriteLine($"- name: {$"Cache: {IncludePatterns.JoinCommaSpace()}".SingleQuote()}");
        using (writer.Indent())
        {
            writer.WriteLine("uses: actions/cache@v4");
            writer.WriteLine("with:");
            using (writer.Indent())
            {
                writer.WriteLine("path: |");
                using (writer.Indent())
                {
                    foreach (var pattern in IncludePatterns.Concat(ExcludePatterns.Select(pattern => $"!{pattern}")))
                        writer.WriteLine(pattern);
                }

                var files = KeyFiles.Select(file => file.SingleQuote()).JoinCommaSpace();
                writer.WriteLine($"key: ${{{{ runner.os }}}}-${{{{ hashFiles({files}) }}}}");
            }
        }
    }
}
