using System.Globalization;
using Nuke.Common.IO;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace Nuke.Common.Reporting;

/// <summary>
/// Keeps the whole log of a local run, whatever the verbosity: <c>build.log</c> for the last run, and one file a run with its start
/// time, of which the newest are kept. Events that come before the files are open are not lost.
/// </summary>
internal sealed class FileLog : ILogEventSink, IDisposable
{
    private const int KeptFiles = 5;

    private readonly Lock _access = new();
    private List<LogEvent> _early = [];
    private StreamWriter[] _writers = [];

    public void Open(AbsolutePath directory)
    {
        lock (_access)
        {
            var time = DateTime.Now.ToString("yyyy-MM-dd_HH-mm-ss", CultureInfo.InvariantCulture);
            _writers = [Create(directory / "build.log"), Create(directory / $"build.{time}.log")];
            DeleteOldFiles(directory);
            foreach (var logEvent in _early)
                Write(logEvent);
            _early = null;
        }
    }

    public void Emit(LogEvent logEvent)
    {
        lock (_access)
        {
            if (_early != null)
                _early.Add(logEvent);
            else
                Write(logEvent);
        }
    }

    public void Dispose()
    {
        lock (_access)
        {
            foreach (var writer in _writers)
                writer.Dispose();
            _writers = [];
        }
    }

    private void Write(LogEvent logEvent)
    {
        var time = logEvent.Timestamp.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
        var exception = logEvent.Exception == null ? string.Empty : $"\n{logEvent.Exception}";
        var text = $"{time} [{EventText.Level(logEvent.Level)}] {BuildLog.RunningTarget}: {EventText.Message(logEvent)}{exception}";
        foreach (var writer in _writers)
            writer.WriteLine(Redaction.Of(text));
    }

    private static StreamWriter Create(AbsolutePath file) =>
        new(new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)) { AutoFlush = true };

    private static void DeleteOldFiles(AbsolutePath directory)
    {
        var old = Directory.EnumerateFiles(directory, "build.????-??-??_*.log").OrderDescending(StringComparer.Ordinal).Skip(KeptFiles);
        foreach (var file in old)
            File.Delete(file);
    }
}
