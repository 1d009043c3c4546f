using Serilog.Events;
using Serilog.Formatting.Display;

namespace Nuke.Common.Reporting;

/// <summary>The words of a log event.</summary>
internal static class EventText
{
    private static readonly MessageTemplateTextFormatter Formatter = new("{Message:l}");

    public static string Message(LogEvent logEvent)
    {
        using var writer = new StringWriter();
        Formatter.Format(logEvent, writer);
        return writer.ToString();
    }

    public static string Level(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => "VRB",
        LogEventLevel.Debug => "DBG",
        LogEventLevel.Information => "INF",
        LogEventLevel.Warning => "WRN",
        LogEventLevel.Error => "ERR",
        _ => "FTL"
    };

    public static Tone ToneOf(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose or LogEventLevel.Debug => Tone.Muted,
        LogEventLevel.Information => Tone.Plain,
        LogEventLevel.Warning => Tone.Warning,
        _ => Tone.Error
    };
}
