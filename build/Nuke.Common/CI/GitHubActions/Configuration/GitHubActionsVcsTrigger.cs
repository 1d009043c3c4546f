using Nuke.Common.Tooling;
using Nuke.Common.Utilities;

namespace Nuke.Common.CI.GitHubActions.Configuration;

/// <summary>A push or a pull request, of certain branches, tags or paths.</summary>
public class GitHubActionsVcsTrigger : GitHubActionsDetailedTrigger
{
    private static readonly char?[] Special = ['.', '*', '!', '?', '+', '[', ']', '(', ')'];

    public GitHubActionsTrigger Kind { get; set; }

    public string[] Branches { get; set; } = [];

    public string[] BranchesIgnore { get; set; } = [];

    public string[] Tags { get; set; } = [];

    public string[] TagsIgnore { get; set; } = [];

    public string[] IncludePaths { get; set; } = [];

    public string[] ExcludePaths { get; set; } = [];

    internal bool HasConditions =>
        new[] { Branches, BranchesIgnore, Tags, TagsIgnore, IncludePaths, ExcludePaths }.Any(values => values.Length > 0);

    public override void Write(CustomFileWriter writer)
    {
        writer.WriteLine($"{Kind.GetValue()}:");
        using (writer.Indent())
        {
            WriteValues(writer, "branches", Branches);
            WriteValues(writer, "branches-ignore", BranchesIgnore);
            WriteValues(writer, "tags", Tags);
            WriteValues(writer, "tags-ignore", TagsIgnore);
            WriteValues(writer, "paths", [.. IncludePaths, .. ExcludePaths.Select(path => $"!{path}")]);
        }
    }

    private static void WriteValues(CustomFileWriter writer, string name, string[] values)
    {
        if (values.Length == 0)
            return;
        writer.WriteLine($"{name}:");
        using (writer.Indent())
        {
            foreach (var value in values)
                writer.WriteLine($"- {value.SingleQuoteIfNeeded(Special)}");
        }
    }
}
