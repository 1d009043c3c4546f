using System.Diagnostics;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>
/// A program that serves on 127.0.0.1 and lives on without this one. It is found again by a note in its folder, and all of its
/// processes by a variable that they inherit, also when their parents and the note have gone.
/// </summary>
/// <param name="directory">Absolute; holds its note, its log and whatever else it keeps.</param>
/// <param name="name">As in "The NAME does not end".</param>
/// <param name="mark">The variable; its value is the folder.</param>
internal sealed class DetachedService(string directory, string name, string mark, string logName)
{
    /// <summary>How long its processes may take to end by themselves; after it they are killed.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);

    /// <summary>The longest time of the shell that detaches it.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(1);

    /// <summary>It notes itself right at its start; only on a computer with ten times as much to do as it can, that takes seconds.</summary>
    private static readonly TimeSpan NoteLimit = TimeSpan.FromSeconds(20);

    public string LogFile => Path.Combine(directory, logName);

    private string ProcessFile => Path.Combine(directory, "process");

    /// <summary>The process as it noted itself, if it lives.</summary>
    public ProcessStamp? Running => ProcessStamp.FromFile(ProcessFile) is { IsAlive: true } process ? process : null;

    /// <summary>Starts it and waits until it answers.</summary>
    /// <param name="command">Run in the folder, in a session of its own, its output in the log.</param>
    /// <returns>False: it has ended.</returns>
    /// <exception cref="OperationException">It does not answer within the limit (6).</exception>
    public async Task<bool> StartAsync(
        LocalCommand command, Func<CancellationToken, Task<bool>> answers, TimeSpan limit, string where, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var started = await LocalProcess.RunAsync(Detached(command), cancellationToken: cancellationToken).ConfigureAwait(false);
        started.OrFail($"The {name} could not be started", ExitCodes.Configuration);
        while (!await answers(cancellationToken).ConfigureAwait(false))
        {
            if (File.Exists(ProcessFile) ? Running is null : clock.Elapsed > NoteLimit)
                return false;
            if (clock.Elapsed > limit)
                throw NotReady("does not answer", clock.Elapsed, where);
            await Task.Delay(50, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    public OperationException NotReady(string what, TimeSpan waited, string where) =>
        new($"The {name} {what} (waited {waited.TotalSeconds:0} s).", ExitCodes.FailedAndNotUndone)
        {
            Where = $"{where}, log {LogFile}",
            Seen = File.Exists(LogFile) ? string.Join('\n', File.ReadLines(LogFile).TakeLast(15)) : null,
            Next = "take the environment down, then up again",
        };

    /// <summary>Ends all of its processes.</summary>
    /// <exception cref="OperationException">Some do not end (6).</exception>
    public async Task DownAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var asked = false;
        var marked = new MarkedProcesses(mark, directory);
        // A process that is just ending shows its variables no more: those once found are waited for by their stamps.
        var left = new HashSet<ProcessStamp>();
        while (true)
        {
            left.UnionWith(marked.Find());
            left.RemoveWhere(process => !process.IsAlive);
            if (left.Count == 0)
                break;
            if (clock.Elapsed > EndLimit * 2)
            {
                throw new OperationException($"The {name} does not end.", ExitCodes.FailedAndNotUndone)
                {
                    Where = directory,
                    Seen = $"processes {string.Join(", ", left.Select(process => process.Pid))}",
                    Next = "end them, then run it again",
                };
            }

            // The first process ends its children with itself; whatever outlives it is killed.
            var signal = clock.Elapsed > EndLimit ? "KILL" : "TERM";
            if (!asked || signal == "KILL")
                await MarkedProcesses.SignalAsync(signal, left).ConfigureAwait(false);
            asked = true;
            await Task.Delay(50, cancellationToken).ConfigureAwait(false);
        }

        if (File.Exists(ProcessFile))
            File.Delete(ProcessFile);
    }

    private LocalCommand Detached(LocalCommand command)
    {
        // The shell only detaches it and notes who it is; every value arrives as a word.
        const string Detach =
            """
            log=$1 note=$2; shift 2
            setsid /bin/sh -c '
                field() { shift 19; echo "$1"; }
                note=$1; shift
                read -r line <"/proc/$$/stat"
                echo "$$ $(field ${line##*") "})" >"$note.new"
                mv "$note.new" "$note"
                exec "$@"
            ' sh "$note" "$@" </dev/null >>"$log" 2>&1 &
            """;
        return new LocalCommand("/bin/sh", ["-ceu", Detach, "opticworks", LogFile, ProcessFile, command.Program, .. command.Arguments])
        {
            WorkingDirectory = directory,
            Environment = new Dictionary<string, string?>(command.Environment) { [mark] = directory },
            Limit = StartLimit,
        };
    }
}
