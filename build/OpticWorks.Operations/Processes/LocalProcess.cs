using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Medallion.Shell;

namespace OpticWorks.Operations.Processes;

/// <summary>Runs local programs: output line by line, cancellation that ends the whole process tree, a limit, an exit code.</summary>
public static class LocalProcess
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="onLine">Called for each line of output and error output as it arrives, from any thread.</param>
    /// <exception cref="OperationException">The program does not exist (2), or exceeded its limit.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the process tree has been killed.</exception>
    public static async Task<ProcessResult> RunAsync(
        LocalCommand command, Action<string>? onLine = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        using var running = Start(command);
        using var limit = new CancellationTokenSource();
        if (command.Limit is { } most)
            limit.CancelAfter(most);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        using var kill = either.Token.Register(() => Kill(running.Process));

        var (output, error) = (new StringBuilder(), new StringBuilder());
        var reading = Task.WhenAll(
            ReadAsync(running.StandardOutput, output, onLine), ReadAsync(running.StandardError, error, onLine));
        await WriteInputAsync(running, command.StandardInput).ConfigureAwait(false);
        var result = await running.Task.ConfigureAwait(false);
        // A grandchild that inherited the pipes can keep them open after the program's end; it is not waited for.
        await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(2), CancellationToken.None)).ConfigureAwait(false);

        cancellationToken.ThrowIfCancellationRequested();
        var text = new ProcessResult(command, result.ExitCode, Text(output), Text(error), clock.Elapsed);
        if (limit.IsCancellationRequested)
        {
            throw new OperationException($"{Path.GetFileName(command.Program)} did not end within {command.Limit!.Value.TotalSeconds:0.#} s",
                ExitCodes.Engine)
            { Where = command.ToString(), Seen = text.Tail() };
        }

        return text;
    }

    private static Command Start(LocalCommand command)
    {
        try
        {
            return Command.Run(command.Program, command.Arguments, options => options
                .ThrowOnError(false)
                .DisposeOnExit(false)
                .StartInfo(start =>
                {
                    start.WorkingDirectory = command.WorkingDirectory ?? "";
                    foreach (var (name, value) in command.Environment)
                    {
                        if (value is null)
                            start.Environment.Remove(name);
                        else
                            start.Environment[name] = value;
                    }
                }));
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

    private static async Task ReadAsync(TextReader reader, StringBuilder text, Action<string>? onLine)
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

    private static async Task WriteInputAsync(Command running, string? input)
    {
        try
        {
            if (input is not null)
                await running.StandardInput.WriteAsync(input).ConfigureAwait(false);
            running.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading its input; its exit code tells.
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has ended by itself.
        }
    }
}
