using System.Globalization;
using Nuke.Common.Execution;
using Serilog.Core;
using Serilog.Events;

namespace Nuke.Common.Reporting;

/// <summary>Writes events from the level of <see cref="NukeBuild.Verbosity"/> on to the console.</summary>
internal sealed class ConsoleSink : ILogEventSink
{
    public void Emit(LogEvent logEvent)
    {
        if (logEvent.Level < LeastLevel)
            return;
        var message = EventText.Message(logEvent);
        if (NukeBuild.Host.FilterMessage(message))
        {
            Out.Line(message);
            return;
        }

        var time = BuildLog.HasTimestamps ? logEvent.Timestamp.ToString("HH:mm:ss ", CultureInfo.InvariantCulture) : string.Empty;
        var text = $"{time}[{EventText.Level(logEvent.Level)}] {message}".TrimEnd();
        if (logEvent.Exception != null)
            text += $"\n{ExceptionText.Of(logEvent.Exception, NukeBuild.Verbosity == Verbosity.Verbose)}";
        Out.Line(text, EventText.ToneOf(logEvent.Level));
    }

    private static LogEventLevel LeastLevel => NukeBuild.Verbosity switch
    {
        Verbosity.Verbose => LogEventLevel.Verbose,
        Verbosity.Normal => LogEventLevel.Debug,
        Verbosity.Minimal => LogEventLevel.Warning,
        _ => LogEventLevel.Error
    };
}
