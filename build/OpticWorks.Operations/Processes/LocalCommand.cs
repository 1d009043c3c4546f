using System.Text;

namespace OpticWorks.Operations.Processes;

/// <summary>A local program and its arguments as data. Arguments are passed as a vector; no shell ever reads them.</summary>
public sealed record LocalCommand(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>Where it runs; null: the current directory.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Variables set on top of the inherited environment; a null value removes the variable. Secrets belong here.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Text for its standard input; null: an empty input.</summary>
    public string? StandardInput { get; init; }

    /// <summary>The longest it may take; null: only cancellation ends it.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>
    /// It runs in a session of its own: a terminal's Ctrl-C, which goes to every process in the foreground, reaches this program only, and this program
    /// decides what ends. (Where there is no setsid, it does not.)
    /// </summary>
    public bool Apart { get; init; }

    /// <summary>The command as a person would type it. Never holds the environment.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Program);
        foreach (var argument in Arguments)
            text.Append(' ').Append(Display(argument));
        return text.ToString();
    }

    private static string Display(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsLetterOrDigit(c) || "-_./=:,@%+".Contains(c))
            ? argument
            : $"'{argument.Replace("'", "'\\''")}'";
}
