namespace OpticWorks.Operations;

/// <summary>
/// A failure that a person can act on: what failed, where, what was seen, what has been undone and what to run next.
/// Everything in it is shown to people, so it never carries a secret.
/// </summary>
public class OperationException(string what, int exitCode, Exception? innerException = null)
    : Exception(what, innerException)
{
    /// <summary>One of <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>The host, file or address where it happened.</summary>
    public string? Where { get; init; }

    /// <summary>What the program saw there: an answer, the last lines of an output.</summary>
    public string? Seen { get; init; }

    /// <summary>What has been taken back, or what is left; null when nothing had been changed.</summary>
    public string? Undone { get; init; }

    /// <summary>The command or action that comes next.</summary>
    public string? Next { get; init; }

    /// <summary>Missing configuration, program, right or confirmation (exit 2).</summary>
    public static OperationException Configuration(string what, string? next = null, string? where = null, string? seen = null) =>
        new(what, ExitCodes.Configuration) { Next = next, Where = where, Seen = seen };

    /// <summary>A check before the work refused it (exit 4).</summary>
    public static OperationException Preflight(string what, string? next = null, string? where = null, string? seen = null) =>
        new(what, ExitCodes.PreflightRefused) { Next = next, Where = where, Seen = seen };

    /// <summary>All parts that are known, one a line, aligned.</summary>
    public virtual string Explain()
    {
        var lines = new List<string> { $"{Message} (exit {ExitCode})" };
        Add("where", Where);
        Add("seen", Seen);
        Add("undone", Undone);
        Add("next", Next);
        return string.Join('\n', lines);

        void Add(string label, string? text)
        {
            if (string.IsNullOrWhiteSpace(text))
                return;
            var parts = text.TrimEnd().Split('\n');
            lines.Add($"  {label,-8}{parts[0]}");
            lines.AddRange(parts.Skip(1).Select(part => $"          {part}"));
        }
    }
}
