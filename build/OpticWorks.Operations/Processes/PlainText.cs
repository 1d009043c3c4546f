using System.Text.RegularExpressions;

namespace OpticWorks.Operations.Processes;

/// <summary>What other programs print, as text: without what only a terminal understands.</summary>
internal static partial class PlainText
{
    public static string Of(string text) =>
        string.Concat(Escapes().Replace(text.Replace("\r\n", "\n"), "").Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '\uFFFD' : c));

    // CSI sequences (ECMA-48 5.4) and OSC sequences up to their end.
    [GeneratedRegex(@"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")]
    private static partial Regex Escapes();
}
