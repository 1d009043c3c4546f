namespace Nuke.Common.Reporting;

/// <summary>
/// Writes lines to whatever <see cref="Console.Out"/> is at that moment, without secrets, and in colour only on a terminal that
/// nobody asked to stay plain (https://no-color.org).
/// </summary>
internal static class Out
{
    private const string Reset = "\e[0m";

    public static void Line(string text = "", Tone tone = Tone.Plain)
    {
        var clean = Redaction.Of(text);
        var colour = clean.Length > 0 && IsColoured ? Colour(tone) : null;
        Console.Out.WriteLine(colour == null ? clean : $"{colour}{clean}{Reset}");
    }

    private static bool IsColoured =>
        !Console.IsOutputRedirected
        && !ReferenceEquals(Console.Out, Console.Error)
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") != "dumb";

    private static string Colour(Tone tone) => tone switch
    {
        Tone.Muted => "\e[90m",
        Tone.Heading => "\e[36m",
        Tone.Success => "\e[32m",
        Tone.Warning => "\e[33m",
        Tone.Error => "\e[31m",
        _ => null
    };
}
