using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Transactions.Fences;

namespace OpticWorks.Operations.Transactions.Journals;

/// <summary>
/// An operation's journal on the control host. Every line is appended behind the fence and has its number: a process that lost the lease, or
/// does not know of another one's lines, cannot write.
/// </summary>
public sealed class HostJournal : IJournal
{
    /// <summary>Lines of one command; a command's text is limited to 128 KiB.</summary>
    private const int MostAtOnce = 12;

    private readonly IHost _host;
    private readonly long _token;
    private readonly ControlFolder _folder;
    private readonly Func<string, string> _scrub;
    private readonly SemaphoreSlim _one = new(1);
    private readonly List<Waiting> _waiting = [];
    private long _written;

    /// <param name="control">The control host, not yet fenced.</param>
    /// <param name="lines">How many lines it has (<see cref="JournalState.Lines"/>); 0 for a new one.</param>
    /// <param name="scrub">Takes secrets out of texts.</param>
    public HostJournal(
        IHost control, OperationId operation, long token, long lines, Func<string, string> scrub, FenceTerms? terms = null, ControlFolder? folder = null)
    {
        Operation = operation;
        _folder = folder ?? ControlFolder.Default;
        _host = control.Fenced(token, terms, _folder);
        _token = token;
        _written = lines;
        _scrub = scrub;
    }

    public OperationId Operation { get; }

    /// <remarks>Steps that run at the same time write at the same time: what has come while a line was being written goes together as the next.</remarks>
    /// <exception cref="FencedOffException">A newer holder has taken over.</exception>
    /// <exception cref="OperationException">It could not be written, or somebody else has written (exit 6).</exception>
    public async Task AppendAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        var mine = new Waiting(JournalText.Fields(entry.Text is null ? entry : entry with { Text = _scrub(entry.Text) }));
        lock (_waiting)
            _waiting.Add(mine);
        try
        {
            await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_waiting)
                _waiting.Remove(mine);
            throw;
        }

        try
        {
            while (!mine.Written.Task.IsCompleted)
                await WriteAsync(Take(), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }

        await mine.Written.Task.ConfigureAwait(false);
    }

    private IReadOnlyList<Waiting> Take()
    {
        lock (_waiting)
        {
            Waiting[] taken = [.. _waiting.Take(MostAtOnce)];
            _waiting.RemoveRange(0, taken.Length);
            return taken;
        }
    }

    private async Task WriteAsync(IReadOnlyList<Waiting> batch, CancellationToken cancellationToken)
    {
        try
        {
            var command = JournalCommands.Append(_folder, Operation, _written + 1, _token, [.. batch.Select(one => one.Fields)]);
            var result = await _host.RunAsync(command, null, null, cancellationToken).ConfigureAwait(false);
            if (result.ExitCode == HostScript.OutOfSequence)
            {
                throw new OperationException($"Somebody else has written to the journal of {Operation}", ExitCodes.FailedAndNotUndone)
                { Where = $"{_host.Name}:{_folder.Journal(Operation)}", Seen = $"its last line is {result.Output.Trim()}, ours was {_written}" };
            }

            result.OrFail($"The journal of {Operation} could not be written", ExitCodes.FailedAndNotUndone);
            _written += batch.Count;
            foreach (var one in batch)
                one.Written.SetResult();
        }
        catch (Exception e)
        {
            foreach (var one in batch)
                one.Written.SetException(e);
        }
    }

    private sealed record Waiting(string Fields)
    {
        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
