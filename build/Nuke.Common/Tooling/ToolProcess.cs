using System.Collections.Concurrent;
using System.Diagnostics;

namespace Nuke.Common.Tooling;

/// <summary>A process with its output collected, filtered and logged line by line.</summary>
internal sealed class ToolProcess : IProcess
{
    private readonly Process _process;
    private readonly int? _timeout;
    private readonly ConcurrentQueue<Output> _output = [];

    private ToolProcess(Process process, string arguments, int? timeout)
    {
        _process = process;
        Arguments = arguments;
        _timeout = timeout;
    }

    public string FileName => _process.StartInfo.FileName;

    public string Arguments { get; }

    public string WorkingDirectory => _process.StartInfo.WorkingDirectory;

    public IReadOnlyCollection<Output> Output => _output;

    public int ExitCode => _process.ExitCode;

    public bool HasExited => _process.HasExited;

    public int Id => _process.Id;

    public static ToolProcess Start(ProcessStartInfo start, int? timeout, Action<OutputType, string> logger, Func<string, string> filter)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.UseShellExecute = false;
        var process = new ToolProcess(new Process { StartInfo = start }, filter(start.Arguments), timeout);
        process._process.OutputDataReceived += (_, line) => process.Receive(OutputType.Std, line.Data, logger, filter);
        process._process.ErrorDataReceived += (_, line) => process.Receive(OutputType.Err, line.Data, logger, filter);
        process._process.Start();
        process._process.BeginOutputReadLine();
        process._process.BeginErrorReadLine();
        return process;
    }

    public void Kill()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
    }

    public bool WaitForExit()
    {
        if (_timeout is { } milliseconds && !_process.WaitForExit(milliseconds))
        {
            Kill();
            return false;
        }

        // Without a timeout the call also waits for the last lines of output.
        _process.WaitForExit();
        return true;
    }

    public void Dispose() => _process.Dispose();

    private void Receive(OutputType type, string line, Action<OutputType, string> logger, Func<string, string> filter)
    {
        if (line == null)
            return;
        var text = filter(line);
        _output.Enqueue(new Output { Type = type, Text = text });
        logger?.Invoke(type, text);
    }
}
