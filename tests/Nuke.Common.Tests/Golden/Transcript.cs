using System.Text.RegularExpressions;

namespace Nuke.Common.Tests.Golden;

/// <summary>A recorded run of NUKE 10.1.0: its arguments, its output and its exit code.</summary>
public sealed partial record Transcript(string Command, string Output, int ExitCode)
{
    private static readonly Lazy<IReadOnlyDictionary<string, Transcript>> Recorded = new(Read);

    public string Normalized => Normalize(Output);

    public static IEnumerable<Transcript> All => Recorded.Value.Values;

    public static Transcript Of(string command) => Recorded.Value[command];

    public static string Normalize(string text)
    {
        var lines = text.Replace('\u00a0', ' ').Replace("\r", string.Empty).Split('\n')
            .Select(line => line.TrimEnd())
            .Where(line => !line.StartsWith("NUKE Execution Engine") && !line.StartsWith("OpticWorks.Build engine"))
            .Select(line => Time().Replace(line, "HH:mm:ss "))
            .Select(line => Duration().Replace(line, "< 1sec"))
            .Select(line => Outcome().Replace(line, "$1"))
            .Select(line => line.Replace("value(Nuke.Common.Tests.Builds.", "value("));
        return BlankLines().Replace(string.Join('\n', lines), "\n\n").Trim('\n');
    }

    private static Dictionary<string, Transcript> Read()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "transcripts.txt"));
        return Entry().Matches(text)
            .Select(match => new Transcript(
                match.Groups["command"].Value.Trim(),
                match.Groups["output"].Value,
                int.Parse(match.Groups["exit"].Value)))
            .ToDictionary(transcript => transcript.Command);
    }

    [GeneratedRegex(@"^\$ (?<command>[^\n]*)\n(?<output>.*?)^\[exit code (?<exit>\d+)\]$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Entry();

    [GeneratedRegex(@"^\d\d:\d\d:\d\d ")]
    private static partial Regex Time();

    // A busy machine takes longer; how long is not what is compared.
    [GeneratedRegex(@"  \d:\d\d(?=$|   //)")]
    private static partial Regex Duration();

    [GeneratedRegex(@"^(Build (succeeded|failed)) on .*$")]
    private static partial Regex Outcome();

    [GeneratedRegex(@"\n{3,}")]
    private static partial Regex BlankLines();
}
