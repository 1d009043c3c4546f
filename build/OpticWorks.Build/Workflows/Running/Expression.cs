using System.Globalization;
using System.Text.RegularExpressions;
using OpticWorks.Operations;

namespace OpticWorks.Build.Workflows.Running;

/// <summary>What expressions may ask for.</summary>
/// <param name="Value">A context's value by its path, for example "needs.build.outputs.digest"; null: there is none.</param>
/// <param name="Failed">Whether something before has failed.</param>
internal sealed record ExpressionContext(Func<string, string?> Value, bool Failed, bool Cancelled = false);

/// <summary>
/// GitHub's expressions (https://docs.github.com/actions/reference/workflows-and-actions/expressions) as far as this suite writes them: contexts, literals, ! == != &amp;&amp; ||, parentheses and
/// the functions of status. Anything else is refused instead of guessed.
/// </summary>
internal sealed partial class Expression
{
    private readonly string _text;
    private readonly ExpressionContext _context;
    private readonly string[] _words;
    private int _at;

    private Expression(string text, ExpressionContext context)
    {
        (_text, _context) = (text, context);
        _words = [.. Word().Matches(text).Select(match => match.Value)];
        if (string.Concat(_words).Length != text.Count(c => !char.IsWhiteSpace(c)) + _words.Where(word => word[0] == '\'').Sum(word => word.Count(char.IsWhiteSpace)))
            throw Unknown();
    }

    /// <summary>Text with its ${{ … }} replaced.</summary>
    public static string Fill(string text, ExpressionContext context) =>
        Placeholder().Replace(text, match => Text(new Expression(match.Groups[1].Value, context).All()));

    /// <summary>Whether a step or job runs; without a condition, and with one that asks for no status, only when nothing before failed.</summary>
    public static bool IsTrue(string? condition, ExpressionContext context)
    {
        var bare = condition is null ? "success()" : Placeholder().Match(condition) is { Success: true } match && match.Value == condition.Trim() ? match.Groups[1].Value : condition;
        var value = Truth(new Expression(bare, context).All());
        return Status().IsMatch(bare) ? value : value && !context.Failed && !context.Cancelled;
    }

    private object? All()
    {
        var value = Or();
        return _at == _words.Length ? value : throw Unknown();
    }

    private object? Or()
    {
        var value = And();
        while (Take("||"))
            value = And() is var other && Truth(value) ? value : other;
        return value;
    }

    private object? And()
    {
        var value = Equal();
        while (Take("&&"))
            value = Equal() is var other && Truth(value) ? other : value;
        return value;
    }

    private object? Equal()
    {
        var value = Unary();
        while (true)
        {
            if (Take("=="))
                value = Same(value, Unary());
            else if (Take("!="))
                value = !Same(value, Unary());
            else
                return value;
        }
    }

    private object? Unary()
    {
        if (Take("!"))
            return !Truth(Unary());
        if (!Take("("))
            return Leaf();
        var value = Or();
        return Take(")") ? value : throw Unknown();
    }

    private object? Leaf()
    {
        if (_at == _words.Length)
            throw Unknown();
        var word = _words[_at++];
        if (word[0] == '\'')
            return word[1..^1].Replace("''", "'");
        if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return number;
        if (Take("("))
            return Take(")") ? Function(word) : throw Unknown();
        return word switch
        {
            "true" => true,
            "false" => false,
            "null" => null,
            _ when word.Contains('.') => _context.Value(word),
            _ => throw Unknown(),
        };
    }

    private bool Function(string name) => name switch
    {
        "always" => true,
        "success" => !_context.Failed && !_context.Cancelled,
        "failure" => _context.Failed,
        "cancelled" => _context.Cancelled,
        _ => throw Unknown(),
    };

    private bool Take(string word)
    {
        if (_at == _words.Length || _words[_at] != word)
            return false;
        _at++;
        return true;
    }

    /// <summary>Text is compared without case, as GitHub does.</summary>
    private static bool Same(object? left, object? right) => string.Equals(Text(left), Text(right), StringComparison.OrdinalIgnoreCase);

    private static bool Truth(object? value) => value switch
    {
        null or "" => false,
        bool truth => truth,
        double number => number != 0,
        _ => true,
    };

    private static string Text(object? value) => value switch
    {
        null => "",
        bool truth => truth ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private OperationException Unknown() => OperationException.Configuration($"RunWorkflow does not know the expression \"{_text.Trim()}\"");

    [GeneratedRegex(@"'(?:[^']|'')*'|\|\||&&|==|!=|!|\(|\)|[A-Za-z0-9_.-]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\$\{\{(.*?)\}\}", RegexOptions.Singleline)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\b(always|success|failure|cancelled)\s*\(")]
    private static partial Regex Status();
}
