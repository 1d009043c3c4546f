namespace Nuke.Common.Tests.Fuzz;

/// <summary>
/// Who was asked for and who is left out, read from a command line by the documented rules: targets come first, a token with a dash begins
/// a name unless it is a number, the last of equal names counts, and neither case nor dashes matter.
/// </summary>
internal sealed class ReferenceCommandLine
{
    private readonly List<(string Name, List<string> Values)> _named = [];
    private readonly List<string> _positional = [];

    public ReferenceCommandLine(IEnumerable<string> arguments)
    {
        foreach (var argument in arguments)
        {
            if (argument.StartsWith('-') && argument.Length >= 2 && argument[1] is < '0' or > '9')
                _named.Add((Plain(argument), []));
            else if (_named.Count > 0)
                _named[^1].Values.Add(argument);
            else
                _positional.Add(argument);
        }
    }

    /// <summary>Numbers of targets; empty when none is named.</summary>
    public List<int> Invoked => Numbers(_positional.Count > 0 ? _positional : Last("target") ?? []);

    /// <summary>Null without <c>--skip</c>.</summary>
    public List<int> Skip => Last("skip") is { } values ? Numbers(values) : null;

    /// <summary>Help, plans, completion, continued runs and generated files run less than was asked for, or nothing.</summary>
    public bool MayRunLess =>
        _positional is [":complete", ..]
        || _named.Exists(named => named.Name is "help" or "plan" or "shellcompletion" or "continue" or "generateconfiguration");

    private List<string> Last(string name) => _named.FindLast(named => named.Name == name).Values;

    private static List<int> Numbers(IEnumerable<string> values) =>
    [
        .. values.SelectMany(value => value.Split('+'))
            .Select(value => Array.FindIndex(FuzzBuild.Names, target => Plain(target) == Plain(value)))
            .Where(number => number >= 0)
            .Distinct()
    ];

    private static string Plain(string name) => name.Replace("-", string.Empty).ToLowerInvariant();
}
