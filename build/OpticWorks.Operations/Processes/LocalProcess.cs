using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Processes;

/// <summary>Runs local programs: output line by line, cancellation that ends the whole process tree, a limit, an exit code.</summary>
public static class LocalProcess
{
    /// <summary>How long the pipes of an ended program may stay open without a byte.</summary>
    private static readonly TimeSpan PipeGrace = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan PipeLook = TimeSpan.FromMilliseconds(50);

    /// <summary>setsid(1); null: there is none. Started by this program it leads no group, so it becomes the program itself and keeps its process id.</summary>
    private static readonly Lazy<string?> SetSid = new(() => ProgramSearch.OfThisMachine().Find("setsid", []).FirstOrDefault()?.Path);

    /// <summary>Runs it to its end and keeps what it wrote.</summary>
    /// <param name="onLine">Called for each line of output and error output as it arrives, from any thread.</param>
    /// <exception cref="OperationException">The program does not exist (2), or exceeded its limit.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the process tree has been killed.</exception>
    public static async Task<ProcessResult> RunAsync(
        LocalCommand command, Action<string>? onLine = null, CancellationToken cancellationToken = default)
    {
        var output = new StringBuilder();
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(command.StandardInput ?? ""));
        var result = await PipeAsync(command, input,
            (stream, _) => ReadLinesAsync(new StreamReader(stream), output, onLine), onLine, cancellationToken).ConfigureAwait(false);
        return result with { Output = Text(output) };
    }

    /// <summary>Runs it with a stream for its input and a reader for its output; only error output is kept. The program waits for a slow reader, and so does
    /// this.</summary>
    /// <param name="input">Copied to its standard input; null: empty.</param>
    /// <param name="readOutput">Reads its standard output; what is left of it is passed over. When it fails, the program is killed and the failure rethrown.</param>
    /// <param name="onErrorLine">Called for each line of error output as it arrives.</param>
    /// <inheritdoc cref="RunAsync" path="/exception"/>
    public static async Task<ProcessResult> PipeAsync(
        LocalCommand command,
        Stream? input,
        Func<Stream, CancellationToken, Task> readOutput,
        Action<string>? onErrorLine = null,
        CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        using var running = Start(command);
        using var limit = new CancellationTokenSource();
        if (command.Limit is { } most)
            limit.CancelAfter(most);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        using var kill = either.Token.Register(() => Kill(running));

        var error = new StringBuilder();
        var pipes = (Output: running.StandardOutput.BaseStream, Error: running.StandardError.BaseStream);
        var output = new ReadOutput(pipes.Output);
        var reading = ReadToEndAsync(output, readOutput, either.Token);
        var errors = ReadLinesAsync(new StreamReader(pipes.Error), error, onErrorLine);
        var writing = WriteInputAsync(running, input, either.Token);
        _ = reading.ContinueWith(_ => Kill(running), CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        _ = reading.ContinueWith(_ => pipes.Output.Dispose(), TaskScheduler.Default);
        _ = errors.ContinueWith(_ => pipes.Error.Dispose(), TaskScheduler.Default);
        // Its end, not that of its pipes, which something that inherited them may keep open for ever.
        await running.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        await EmptyAsync(output, reading, errors, either.Token).ConfigureAwait(false);

        cancellationToken.ThrowIfCancellationRequested();
        var result = new ProcessResult(command, running.ExitCode, "", Text(error), clock.Elapsed);
        if (limit.IsCancellationRequested)
        {
            throw new OperationException(
                $"{Path.GetFileName(command.Program)} did not end within {command.Limit!.Value.TotalSeconds:0.#} s", ExitCodes.Engine)
            { Where = command.ToString(), Seen = result.Tail() };
        }

        if (reading.IsFaulted || writing.IsFaulted)
            await Task.WhenAll(reading, writing).ConfigureAwait(false);
        return result;
    }

    /// <summary>A reader that has what he wants (a tar archive ends before its padding) does not make the program fail at what it still writes.</summary>
    private static async Task ReadToEndAsync(Stream output, Func<Stream, CancellationToken, Task> readOutput, CancellationToken cancellationToken)
    {
        await readOutput(output, cancellationToken).ConfigureAwait(false);
        var rest = new byte[64 * 1024];
        while (await output.ReadAsync(rest, cancellationToken).ConfigureAwait(false) > 0)
        {
        }
    }

    /// <summary>Waits until an ended program's pipes are read to their end, however long the reader takes. A grandchild that inherited them can keep them open;
    /// it is not waited for.</summary>
    private static async Task EmptyAsync(ReadOutput output, Task reading, Task errors, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var all = Task.WhenAll(reading, errors);
        while (!all.IsCompleted)
        {
            var late = clock.Elapsed >= PipeGrace;
            if (late && (reading.IsCompleted || output.Waiting >= PipeGrace || cancellationToken.IsCancellationRequested))
                return;
            await Task.WhenAny(all, Task.Delay(PipeLook, CancellationToken.None)).ConfigureAwait(false);
        }
    }

    private static Process Start(LocalCommand command)
    {
        var (program, arguments) = command.Apart && SetSid.Value is { } setsid && Path.IsPathRooted(command.Program) && File.Exists(command.Program)
            ? (setsid, [command.Program, .. command.Arguments])
            : (command.Program, command.Arguments);
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
            WorkingDirectory = command.WorkingDirectory ?? "",
        };
        foreach (var (name, value) in command.Environment)
            start.Environment[name] = value;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new OperationException($"{command.Program} cannot be started: {e.Message}", ExitCodes.Configuration, e)
            {
                Where = command.WorkingDirectory,
                Next = "./build.sh Toolchain",
            };
        }
    }

    private static async Task ReadLinesAsync(TextReader reader, StringBuilder text, Action<string>? onLine)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            lock (text)
                text.Append(line).Append('\n');
            onLine?.Invoke(line);
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }

    private static async Task WriteInputAsync(Process running, Stream? input, CancellationToken cancellationToken)
    {
        var pipe = running.StandardInput.BaseStream;
        await using (pipe.ConfigureAwait(false))
        {
            if (input is null)
                return;
            var buffer = new byte[128 * 1024];
            int count;
            while ((count = await input.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                try
                {
                    await pipe.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
                }
                catch (IOException)
                {
                    return; // The program ended without reading its input; its exit code tells.
                }
            }
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself; or a part of it is another user's (sudo's child), which only that user can end.
        }
    }
}
