using System.Text;

namespace Nuke.Common.Tooling;

/// <summary>Makes one argument of a text, by the rules that .NET splits argument strings with: those of the Microsoft C runtime.</summary>
internal static class ArgumentQuoting
{
    public static string QuoteIfNeeded(string value)
    {
        var isQuoted = value.Length > 1 && value[0] == '"' && value[^1] == '"';
        return !isQuoted && (value.Length == 0 || value.Any(character => char.IsWhiteSpace(character) || character == '"'))
            ? $"\"{Escape(value)}\""
            : value;
    }

    /// <summary>Whether what is appended to the text is within quotes the author has opened.</summary>
    public static bool IsInQuotes(string text)
    {
        var isOpen = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == '"')
                isOpen = !isOpen;
        }

        return isOpen;
    }

    /// <summary>Backslashes count only before a quote, where each is doubled and the quote gets one more.</summary>
    public static string Escape(string value)
    {
        var text = new StringBuilder(value.Length);
        var backslashes = 0;
        foreach (var character in value)
        {
            if (character == '"')
                text.Append('\\', backslashes + 1);
            backslashes = character == '\\' ? backslashes + 1 : 0;
            text.Append(character);
        }

        return text.Append('\\', backslashes).ToString();
    }
}
