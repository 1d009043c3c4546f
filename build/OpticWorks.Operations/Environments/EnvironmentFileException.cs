using System.Text;

namespace OpticWorks.Operations.Environments;

/// <summary>An environment file that cannot be used, with all its mistakes (exit 2).</summary>
public sealed class EnvironmentFileException(string file, IReadOnlyList<EnvironmentMistake> mistakes)
    : OperationException(Summary(file, mistakes), ExitCodes.Configuration)
{
    /// <summary>The file, relative to the root of the build.</summary>
    public string File { get; } = file;

    /// <summary>Ordered by line; at least one.</summary>
    public IReadOnlyList<EnvironmentMistake> Mistakes { get; } = mistakes;

    /// <summary>The file and every mistake, one a line, in columns.</summary>
    public override string Explain()
    {
        var line = Mistakes.Max(mistake => mistake.Line.ToString().Length);
        var path = Mistakes.Max(mistake => mistake.Path.Length);
        var text = new StringBuilder($"{File} is not usable (exit {ExitCode}):");
        foreach (var mistake in Mistakes)
        {
            text.Append("\n  line ").Append(mistake.Line.ToString().PadRight(line)).Append("  ");
            if (path > 0)
                text.Append(mistake.Path.PadRight(path)).Append("  ");
            text.Append(mistake.Text);
        }

        return text.ToString();
    }

    private static string Summary(string file, IReadOnlyList<EnvironmentMistake> mistakes)
    {
        var first = mistakes[0];
        var where = first.Path.Length == 0 ? $"line {first.Line}" : $"line {first.Line}, {first.Path}";
        var more = mistakes.Count == 1 ? "" : $" (and {mistakes.Count - 1} more)";
        return $"{file} is not usable: {where}: {first.Text}{more}";
    }
}
