using System.Text;

namespace OpticWorks.Operations.Releases;

/// <summary>
/// A release's env file, which systemd (EnvironmentFile=, systemd.exec(5)) and a POSIX shell read alike: NAME='value'. Values
/// with a single quote or a line break are refused, because the two readers differ on them.
/// </summary>
public static class EnvironmentText
{
    /// <exception cref="OperationException">A name or value cannot be written (exit 2); names it, never shows the value.</exception>
    public static string Write(IReadOnlyDictionary<string, string> variables)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in variables.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (name.Length == 0 || char.IsAsciiDigit(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
                throw OperationException.Configuration($"\"{name}\" is not a variable's name");
            if (value.Any(c => c is '\'' or '\n' or '\r' or '\0'))
                throw OperationException.Configuration($"The value of {name} holds a single quote or a line break, which an env file cannot carry");
            text.Append(name).Append("='").Append(value).Append("'\n");
        }

        return text.ToString();
    }
}
