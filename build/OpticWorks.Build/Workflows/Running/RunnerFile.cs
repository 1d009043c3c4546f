using OpticWorks.Operations;

namespace OpticWorks.Build.Workflows.Running;

/// <summary>Files that a script writes to speak to its runner: NAME=VALUE, or NAME&lt;&lt;END, lines, END
/// (https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#environment-files).</summary>
internal static class RunnerFile
{
    /// <exception cref="OperationException">A line is neither.</exception>
    public static IReadOnlyDictionary<string, string> Read(string text)
    {
        var values = new Dictionary<string, string>();
        using var lines = text.ReplaceLineEndings("\n").Split('\n').AsEnumerable().GetEnumerator();
        while (lines.MoveNext())
        {
            var line = lines.Current;
            if (line.Length == 0)
                continue;
            var (equals, marks) = (line.IndexOf('='), line.IndexOf("<<", StringComparison.Ordinal));
            if (marks > 0 && (equals < 0 || marks < equals))
                values[line[..marks]] = Until(lines, line[(marks + 2)..]);
            else if (equals > 0)
                values[line[..equals]] = line[(equals + 1)..];
            else
                throw new OperationException($"The runner's file has a line that is neither NAME=VALUE nor NAME<<END: {line}", ExitCodes.Engine);
        }

        return values;
    }

    private static string Until(IEnumerator<string> lines, string end)
    {
        var value = new List<string>();
        while (lines.MoveNext())
        {
            if (lines.Current == end)
                return string.Join('\n', value);
            value.Add(lines.Current);
        }

        throw new OperationException($"The runner's file ends before {end}", ExitCodes.Engine);
    }
}
