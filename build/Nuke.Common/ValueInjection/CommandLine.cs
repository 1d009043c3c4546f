namespace Nuke.Common.ValueInjection;

/// <summary>
/// The arguments of the program: targets first, then names with their values up to the next name. Names are compared without case
/// and dashes; the last of several occurrences counts. A dash before a digit begins a number, not a name.
/// </summary>
internal sealed class CommandLine
{
    private readonly Dictionary<string, Argument> _named = [];

    public CommandLine(IReadOnlyList<string> arguments)
    {
        Arguments = arguments;
        var positional = new List<string>();
        List<string> values = null;
        foreach (var token in arguments)
        {
            if (IsName(token))
            {
                values = [];
                _named[ParameterName.Normalize(token)] = new Argument(token, values);
            }
            else
            {
                (values ?? positional).Add(token);
            }
        }

        Positional = positional;
    }

    /// <summary>All arguments, in order.</summary>
    public IReadOnlyList<string> Arguments { get; }

    public IReadOnlyList<string> Positional { get; }

    public IEnumerable<Argument> Named => _named.Values;

    public static CommandLine OfProcess() => new(Environment.GetCommandLineArgs()[1..]);

    /// <summary>The argument of that name; null when it is not given.</summary>
    public Argument Find(string name) => _named.GetValueOrDefault(ParameterName.Normalize(name));

    private static bool IsName(string token) => token.Length > 1 && token[0] == '-' && !char.IsAsciiDigit(token[1]);

    /// <summary>A name as it was written, with the values that follow it.</summary>
    internal sealed record Argument(string Written, IReadOnlyList<string> Values);
}
