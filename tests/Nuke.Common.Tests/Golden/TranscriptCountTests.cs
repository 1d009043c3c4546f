using System.Text.RegularExpressions;
using Nuke.Common.Tests.Builds;

namespace Nuke.Common.Tests.Golden;

/// <summary>How many of the recorded runs agree is what the engine's readme says, and each that does not is named there.</summary>
[Collection(BuildCollection.Name)]
public sealed partial class TranscriptCountTests
{
    private enum Agreement
    {
        Text,
        Outcome,
        None
    }

    [Fact]
    public void Readme_tells_how_many_agree_and_names_the_others()
    {
        var runs = Transcript.All.Select(recorded => (recorded.Command, Agreement: Compare(recorded))).ToList();
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Data", "engine-readme.md"));

        NamedUnder("In other words").ShouldBe(Commands(Agreement.Outcome));
        NamedUnder("Different on purpose").ShouldBe(Commands(Agreement.None));
        lines.ShouldContain($"| recorded, and binding in plan order, statuses, requirement failures and exit code | {runs.Count} |");
        lines.ShouldContain($"| the same text | {Count(Agreement.Text)} |");
        lines.ShouldContain($"| the same plan, statuses and exit code in other words | {Count(Agreement.Outcome)} |");
        lines.ShouldContain($"| different on purpose | {Count(Agreement.None)} |");

        int Count(Agreement agreement) => runs.Count(run => run.Agreement == agreement);

        IEnumerable<string> Commands(Agreement agreement) =>
            runs.Where(run => run.Agreement == agreement).Select(run => run.Command).Order(StringComparer.Ordinal);

        IEnumerable<string> NamedUnder(string heading) =>
            lines.SkipWhile(line => !line.StartsWith($"| {heading} |", StringComparison.Ordinal))
                .Skip(2)
                .TakeWhile(line => line.StartsWith('|'))
                .Select(line => line.Split('`')[1])
                .Order(StringComparer.Ordinal);
    }

    private static Agreement Compare(Transcript recorded)
    {
        using var run = new TestRun().WithFile("build.cmd", string.Empty);
        var result = ProbeBuilds.Execute(run, recorded.Command);
        if (result.ExitCode != recorded.ExitCode)
            return Agreement.None;
        if (WithoutMachine(result.Normalized) == WithoutMachine(recorded.Normalized))
            return Agreement.Text;
        // A table that neither has would agree without saying anything; the reason must then be the same.
        return OutcomeOf(result.Normalized) == OutcomeOf(recorded.Normalized) ? Agreement.Outcome : Agreement.None;
    }

    /// <summary>Without where programs are and what they print: the version of bash, for one.</summary>
    private static string WithoutMachine(string text) =>
        string.Join('\n', text.Split('\n').Where(line => !line.StartsWith("HH:mm:ss [DBG]", StringComparison.Ordinal)).Select(line => Folder().Replace(line, "")));

    private static string OutcomeOf(string text)
    {
        var rows = text.Split('\n').Select(line => Row().Match(line)).Where(row => row.Success).Select(row => $"{row.Groups["name"]} {row.Groups["status"]}");
        var reasons = text.Split('\n').Select(line => line.Trim()).Where(line => Reason().IsMatch(line));
        return string.Join('\n', rows.Concat(reasons));
    }

    [GeneratedRegex(@"^(?<name>\w+) +(?<status>Succeeded|Failed|Skipped|NotRun|Aborted)\b")]
    private static partial Regex Row();

    [GeneratedRegex(@"(?<=> )/\S*/(?=\w+ )")]
    private static partial Regex Folder();

    [GeneratedRegex("is required|requires member|Workflows (can|must)")]
    private static partial Regex Reason();
}
