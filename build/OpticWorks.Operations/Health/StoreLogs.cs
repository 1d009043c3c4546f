using System.Threading.Channels;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Health;

/// <summary>The logs of several instances as one, in the order of time.</summary>
/// <param name="connect">A host as its deploy user, who may read the journal.</param>
public sealed class StoreLogs(Func<HostSettings, IHost> connect, INarrator narrator)
{
    /// <summary>How long a followed line waits for older ones of other hosts.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(250);

    /// <summary>The same for what was written before: hosts are not connected to equally fast.</summary>
    private static readonly TimeSpan FirstGathering = TimeSpan.FromSeconds(1);

    /// <summary>Lines of one host that wait for the others.</summary>
    private const int Ahead = 1000;

    /// <summary>Reads to the end, or until cancelled when the wish is to follow. A host that fails does not keep the others' lines back.</summary>
    /// <exception cref="OperationException">Some hosts' logs could not be read; the lines of the others were given before.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task ReadAsync(LogWish wish, Action<LogLine> onLine, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var one = Channel.CreateUnbounded<LogLine>();
        var sources = wish.Instances.Select(at =>
        {
            var lines = wish.Follow ? one : Channel.CreateBounded<LogLine>(Ahead);
            return (at.Host, lines, Reading: ReadAsync(wish, at.Host, at.Ports, lines.Writer, end.Token));
        }).ToList();
        try
        {
            if (wish.Follow)
                await FollowAsync(one, Task.WhenAll(sources.Select(source => source.Reading)), onLine, cancellationToken).ConfigureAwait(false);
            else
                await MergeAsync([.. sources.Select(source => source.lines.Reader)], onLine, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(sources.Select(source => source.Reading)).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        var failures = sources.Select(source => source.Reading.Result).OfType<OperationException>().ToList();
        if (failures.Count == 0)
            return;
        throw failures is [var only] ? only : new OperationException($"The logs of {failures.Count} hosts could not be read", failures[0].ExitCode)
        {
            Where = string.Join(", ", failures.Select(failure => failure.Where)),
            Seen = string.Join('\n', failures.Select(failure => $"{failure.Where}: {failure.Message}")),
            Next = failures[0].Next,
        };
    }

    /// <summary>One host's lines into the channel, which is completed for a channel of its own. Its failure is the result, not thrown.</summary>
    private async Task<OperationException?> ReadAsync(
        LogWish wish, BackendHost settings, IReadOnlyList<int> ports, ChannelWriter<LogLine> lines, CancellationToken cancellationToken)
    {
        try
        {
            var result = await connect(settings).StreamAsync(wish.Command(ports), async (stream, token) =>
            {
                using var reader = new StreamReader(stream);
                while (await reader.ReadLineAsync(token).ConfigureAwait(false) is { } text)
                {
                    if (LogLine.Read(settings.Name, text) is { } line)
                        await lines.WriteAsync(line, cancellationToken).ConfigureAwait(false);
                }
            }, cancellationToken).ConfigureAwait(false);
            return Check(wish, settings, result);
        }
        catch (OperationException e)
        {
            narrator.Warn("logs", $"{settings.Name}: {e.Message}");
            return e.Where is null ? new OperationException(e.Message, e.ExitCode, e) { Where = settings.Name, Seen = e.Seen, Next = e.Next } : e;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        finally
        {
            if (!wish.Follow)
                lines.Complete();
        }
    }

    /// <remarks>journalctl ends with 1 and says nothing when no line matches.</remarks>
    private OperationException? Check(LogWish wish, BackendHost settings, HostResult result)
    {
        var said = result.Error.Trim();
        if (said.Contains("pattern", StringComparison.Ordinal) && !result.Succeeded)
            return new OperationException($"journalctl cannot read the expression {wish.Grep}", ExitCodes.Configuration) { Where = settings.Name, Seen = said, Next = "escape ( ) [ ] { } . * + ? | \\ with a backslash to mean the character" };
        if (!result.Succeeded && said.Length > 0)
            return new OperationException("The journal could not be read", ExitCodes.PreflightRefused) { Where = settings.Name, Seen = said, Next = "./build.sh Provision puts the deploy user into the group systemd-journal" };
        if (said.Length > 0)
            narrator.Warn("logs", $"{settings.Name}: {said.Split('\n')[0]}");
        return wish.Follow ? new OperationException("The log ended while it was followed", ExitCodes.Engine) { Where = settings.Name } : null;
    }

    /// <summary>Each source is in order; the oldest of their first lines is next.</summary>
    internal static async Task MergeAsync(IReadOnlyList<ChannelReader<LogLine>> sources, Action<LogLine> onLine, CancellationToken cancellationToken)
    {
        var first = new PriorityQueue<(LogLine Line, ChannelReader<LogLine> Source), (DateTimeOffset, int)>();
        for (var i = 0; i < sources.Count; i++)
            await TakeAsync(sources[i], i).ConfigureAwait(false);
        while (first.TryDequeue(out var oldest, out var order))
        {
            onLine(oldest.Line);
            await TakeAsync(oldest.Source, order.Item2).ConfigureAwait(false);
        }

        async Task TakeAsync(ChannelReader<LogLine> source, int number)
        {
            if (await source.WaitToReadAsync(cancellationToken).ConfigureAwait(false) && source.TryRead(out var line))
                first.Enqueue((line, source), (line.At, number));
        }
    }

    /// <summary>What arrives together is put in order; a quiet host never keeps the others' lines back for longer.</summary>
    private static async Task FollowAsync(Channel<LogLine> lines, Task all, Action<LogLine> onLine, CancellationToken cancellationToken)
    {
        _ = all.ContinueWith(_ => lines.Writer.TryComplete(), TaskScheduler.Default);
        var wait = FirstGathering;
        while (await lines.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            await Task.Delay(wait, cancellationToken).ConfigureAwait(false);
            wait = Gathering;
            var together = new List<LogLine>();
            while (lines.Reader.TryRead(out var line))
                together.Add(line);
            foreach (var line in together.OrderBy(line => line.At))
                onLine(line);
        }
    }
}
