using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Nuke.Common.IO;
using Nuke.Common.Reporting;

namespace Nuke.Common.Tooling;

/// <summary>
/// Arguments written as an interpolated string. Inserted values become one argument each: they are quoted when they hold spaces or
/// quotes. Format <c>nq</c> inserts as it is; <c>r</c> inserts as it is and hides the value wherever the command or its output is shown.
/// </summary>
[InterpolatedStringHandler]
public ref struct ArgumentStringHandler
{
    private readonly StringBuilder _text;
    private readonly List<string> _secrets;

    public ArgumentStringHandler(int literalLength, int formattedCount, out bool handlerIsValid)
    {
        _text = new StringBuilder(literalLength);
        _secrets = new List<string>(formattedCount);
        handlerIsValid = true;
    }

    public static implicit operator ArgumentStringHandler(string value)
    {
        var handler = new ArgumentStringHandler(value?.Length ?? 0, 0, out _);
        handler.AppendLiteral(value ?? string.Empty);
        return handler;
    }

    public readonly void AppendLiteral(string value) => _text.Append(value);

    public readonly void AppendFormatted(object obj, int alignment = 0, string format = null)
    {
        Assert.NotNull(obj, "A value in the arguments is null");
        switch (format)
        {
            case "r":
                _secrets.Add(TextOf(obj, format: null));
                _text.Append(_secrets[^1]);
                break;
            case AbsolutePath.NoQuotes:
                _text.Append(TextOf(obj, format: null));
                break;
            default:
                AppendArgument(Aligned(TextOf(obj, format), alignment));
                break;
        }
    }

    public readonly void AppendFormatted(IEnumerable<IAbsolutePathHolder> paths, int alignment = 0, string format = null)
    {
        var separator = string.Empty;
        foreach (var path in paths)
        {
            _text.Append(separator);
            AppendFormatted(path.Path, alignment, format);
            separator = " ";
        }
    }

    /// <summary>The arguments as they are given to the process, secrets included.</summary>
    public readonly string ToStringAndClear()
    {
        var text = _text.ToString();
        _text.Clear();
        return text;
    }

    /// <summary>Replaces the secrets in a text.</summary>
    public readonly Func<string, string> GetFilter()
    {
        string[] secrets = [.. _secrets.Where(secret => secret.Length > 0).OrderByDescending(secret => secret.Length)];
        return text => secrets.Aggregate(text, (current, secret) => current?.Replace(secret, Redaction.Replacement, StringComparison.Ordinal));
    }

    private readonly void AppendArgument(string value) =>
        _text.Append(ArgumentQuoting.IsInQuotes(_text.ToString()) ? ArgumentQuoting.Escape(value) : ArgumentQuoting.QuoteIfNeeded(value));

    private static string Aligned(string text, int alignment) => alignment < 0 ? text.PadRight(-alignment) : text.PadLeft(alignment);

    private static string TextOf(object value, string format) =>
        value is IFormattable formattable ? formattable.ToString(format, CultureInfo.InvariantCulture) : value.ToString();
}
