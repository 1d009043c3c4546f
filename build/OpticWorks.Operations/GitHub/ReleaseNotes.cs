using System.Text;

namespace OpticWorks.Operations.GitHub;

/// <summary>A pull request that was merged.</summary>
public sealed record MergedPull(int Number, string Title, string Author, string Url);

/// <summary>A commit that came without a pull request.</summary>
/// <param name="Subject">The first line of its message.</param>
public sealed record LooseCommit(string Commit, string Subject);

/// <summary>What is new in a release, as Markdown.</summary>
/// <param name="Previous">The release before it; null: there was none, or it is unknown.</param>
/// <param name="More">Commits that were not looked at, because there are too many.</param>
public sealed record ReleaseNotes(string Release, string Environment, string? Previous, IReadOnlyList<MergedPull> Pulls, IReadOnlyList<LooseCommit> Loose, int More)
{
    public string Markdown()
    {
        var text = new StringBuilder($"Live on {MarkdownText.Of(Environment)} as `{Release}`{(Previous is null ? "" : $", after `{Previous}`")}.\n\n");
        if (Pulls.Count == 0 && Loose.Count == 0)
            text.Append(Previous is null ? "The first release that is known here.\n" : "No change of the store's sources.\n");
        foreach (var pull in Pulls.OrderBy(pull => pull.Number))
            text.Append($"- {MarkdownText.Of(pull.Title)} ([#{pull.Number}]({pull.Url}), {MarkdownText.Of(pull.Author)})\n");
        if (Loose.Count > 0)
            text.Append("\nWithout a pull request:\n\n");
        foreach (var commit in Loose)
            text.Append($"- {MarkdownText.Of(commit.Subject)} ({commit.Commit[..Math.Min(7, commit.Commit.Length)]})\n");
        if (More > 0)
            text.Append($"\n…and {More} more commits.\n");
        return text.ToString();
    }
}
