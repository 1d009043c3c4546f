using OpticWorks.Operations.GitHub;

namespace OpticWorks.Build.Output;

/// <summary>Migrations on a pull request.</summary>
internal static class MigrationReport
{
    /// <param name="summary">One sentence without its end.</param>
    /// <param name="dangers">How many findings have to be mended or accepted.</param>
    /// <param name="lines">As the terminal shows them.</param>
    public static string Markdown(string summary, int dangers, IReadOnlyList<string> lines)
    {
        var verdict = dangers == 0 ? "" : $"**{dangers} {(dangers == 1 ? "danger has" : "dangers have")} to be mended or accepted.**\n\n";
        var detail = lines.Count == 0 ? "" : $"<details><summary>Statements and findings</summary>\n\n{MarkdownText.Block(string.Join('\n', lines))}\n</details>\n";
        return $"### Migrations\n\n{MarkdownText.Of(summary)}.\n\n{verdict}{detail}\n";
    }
}
