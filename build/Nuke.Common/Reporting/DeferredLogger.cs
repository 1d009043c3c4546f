using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace Nuke.Common.Reporting;

/// <summary>Builds the logging pipeline when the first event arrives; a run that only prints help never does.</summary>
internal sealed class DeferredLogger : ILogger, IDisposable
{
    private readonly Lazy<FileLog> _files = new(() => new FileLog());
    private readonly Lazy<Logger> _logger;

    public DeferredLogger()
    {
        _logger = new Lazy<Logger>(Create);
    }

    public void OpenFiles() => _files.Value.Open(NukeBuild.TemporaryDirectory);

    public void Write(LogEvent logEvent) => _logger.Value.Write(logEvent);

    public bool IsEnabled(LogEventLevel level) => true;

    public bool BindMessageTemplate(
        string messageTemplate,
        object[] propertyValues,
        out MessageTemplate parsedTemplate,
        out IEnumerable<LogEventProperty> boundProperties) =>
        _logger.Value.BindMessageTemplate(messageTemplate, propertyValues, out parsedTemplate, out boundProperties);

    public bool BindProperty(string propertyName, object value, bool destructureObjects, out LogEventProperty property) =>
        _logger.Value.BindProperty(propertyName, value, destructureObjects, out property);

    public ILogger ForContext(ILogEventEnricher enricher) => _logger.Value.ForContext(enricher);

    public ILogger ForContext(IEnumerable<ILogEventEnricher> enrichers) => _logger.Value.ForContext(enrichers);

    public ILogger ForContext(string propertyName, object value, bool destructureObjects = false) =>
        _logger.Value.ForContext(propertyName, value, destructureObjects);

    public ILogger ForContext<TSource>() => _logger.Value.ForContext<TSource>();

    public ILogger ForContext(Type source) => _logger.Value.ForContext(source);

    public void Dispose()
    {
        // The console stays usable: a program may log after its build.
        if (_files.IsValueCreated)
            _files.Value.Dispose();
    }

    private Logger Create() =>
        new LoggerConfiguration()
            .MinimumLevel.Verbose()
            .WriteTo.Sink(new HostSink())
            .WriteTo.Sink(new ConsoleSink())
            .WriteTo.Sink(_files.Value)
            .CreateLogger();
}
