using System.Text;

namespace OpticWorks.Operations.Hosts;

/// <summary>
/// A command for a POSIX shell on a host, built from words. Quoting happens here and nowhere else: a word arrives at the
/// program exactly as given, whatever it holds; a word with a NUL is refused, because no program could receive it.
/// </summary>
public sealed class ShellCommand
{
    private readonly string _text;

    private ShellCommand(string text) => _text = text;

    /// <summary>One program with its arguments.</summary>
    public static ShellCommand Of(string program, params IReadOnlyList<string> arguments) =>
        new(string.Join(' ', arguments.Prepend(program).Select(Quote)));

    /// <summary>Each command in turn, stopping at the first that fails (<c>a &amp;&amp; b</c>).</summary>
    public static ShellCommand All(params IReadOnlyList<ShellCommand> commands) =>
        new(string.Join(" && ", commands.Select(command => command._text)));

    /// <summary>A fixed script with its values as $1, $2, …: the text is the program's own, the values are quoted words.</summary>
    public static ShellCommand Script(string script, params IReadOnlyList<string> values) =>
        Of("bash", ["-eu", "-o", "pipefail", "-c", script, "opticworks", .. values]);

    /// <summary>Through the host's sudo allow-list; never asks for a password.</summary>
    public ShellCommand Sudo() => new($"sudo -n {_text}");

    /// <summary>The text that the host's shell gets.</summary>
    public override string ToString() => _text;

    /// <summary>One word, quoted so that a POSIX shell yields it verbatim.</summary>
    /// <exception cref="ArgumentException">The word holds a NUL.</exception>
    public static string Quote(string word)
    {
        if (word.Contains('\0'))
            throw new ArgumentException("A word for a shell cannot hold a NUL.", nameof(word));
        if (word.Length > 0 && word.All(IsPlain))
            return word;
        return new StringBuilder(word.Length + 2).Append('\'').Append(word.Replace("'", "'\\''")).Append('\'').ToString();
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || "-_./:=,@%+".Contains(c);
}
