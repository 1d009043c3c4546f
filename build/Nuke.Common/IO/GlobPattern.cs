using System.Text;
using System.Text.RegularExpressions;

namespace Nuke.Common.IO;

/// <summary>A glob pattern, as a regular expression over relative paths with slashes.</summary>
internal sealed class GlobPattern
{
    private readonly Regex _expression;

    public GlobPattern(string pattern, bool isCaseSensitive)
    {
        _expression = new Regex(
            $"^{Translate(pattern.Replace('\\', '/'))}$",
            (isCaseSensitive ? RegexOptions.None : RegexOptions.IgnoreCase) | RegexOptions.CultureInvariant);
    }

    public bool IsMatch(string relativePath) => _expression.IsMatch(relativePath);

    private static string Translate(string pattern)
    {
        var expression = new StringBuilder();
        var alternatives = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            var rest = pattern.AsSpan(i);
            if (rest.StartsWith("**/"))
            {
                expression.Append("(?:[^/]+/)*");
                i += 2;
            }
            else if (rest.StartsWith("**"))
            {
                expression.Append(".*");
                i++;
            }
            else if (rest.StartsWith("[!"))
            {
                expression.Append("[^");
                i++;
            }
            else if (rest[0] == '{')
            {
                expression.Append("(?:");
                alternatives++;
            }
            else if (rest[0] == '}' && alternatives > 0)
            {
                expression.Append(')');
                alternatives--;
            }
            else
            {
                expression.Append(Single(rest[0], alternatives > 0));
            }
        }

        return expression.ToString();
    }

    private static string Single(char character, bool isInAlternatives) => character switch
    {
        '*' => "[^/]*",
        '?' => "[^/]",
        '[' or ']' => character.ToString(),
        ',' when isInAlternatives => "|",
        _ => Regex.Escape(character.ToString())
    };
}
