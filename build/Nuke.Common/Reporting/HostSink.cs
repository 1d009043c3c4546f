using Serilog.Core;
using Serilog.Events;

namespace Nuke.Common.Reporting;

/// <summary>Tells the host about warnings and errors, and keeps them for the overview at the end.</summary>
internal sealed class HostSink : ILogEventSink
{
    public void Emit(LogEvent logEvent)
    {
        if (logEvent.Level < LogEventLevel.Warning)
            return;
        var message = Redaction.Of(EventText.Message(logEvent));
        var details = logEvent.Exception == null ? null : Redaction.Of(logEvent.Exception.ToString());
        BuildLog.Remember(EventText.Level(logEvent.Level), message, EventText.ToneOf(logEvent.Level));
        if (logEvent.Level == LogEventLevel.Warning)
            NukeBuild.Host.ReportWarning(message, details);
        else
            NukeBuild.Host.ReportError(message, details);
    }
}
