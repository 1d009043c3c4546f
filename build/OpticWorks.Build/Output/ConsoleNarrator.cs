using OpticWorks.Operations;
using Serilog;

namespace OpticWorks.Build.Output;

/// <summary>One line a fact: time, topic, text. Warnings go through the log, so that they appear again at the end and as annotations
/// in GitHub Actions.</summary>
internal sealed class ConsoleNarrator : INarrator
{
    private readonly Lock _lock = new();

    public void Say(string topic, string text)
    {
        lock (_lock)
            Console.Out.WriteLine(Line(topic, text));
    }

    public void Warn(string topic, string text) => Log.Warning("{Topic:l}  {Text:l}", topic, text);

    public void Detail(string topic, string text) => Log.Verbose("{Topic:l}  {Text:l}", topic, text);

    internal static string Line(string topic, string text) => $"{DateTime.Now:HH:mm:ss}  {topic,-9} {text}";
}
