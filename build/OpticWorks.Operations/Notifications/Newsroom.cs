using OpticWorks.Operations.Transactions.Observation;

namespace OpticWorks.Operations.Notifications;

/// <summary>
/// Tells every sink of every moment, in order, behind the operation's back: the operation goes on at once, and nothing that a sink does fails it.
/// A sink that failed is told of the end only, so that a server that does not answer costs its limit twice and not at every step.
/// </summary>
public sealed class Newsroom(IReadOnlyList<INewsSink> sinks, INarrator narrator) : IOperationObserver
{
    /// <summary>How long the end of the program waits for what is still to be told.</summary>
    public static readonly TimeSpan Farewell = TimeSpan.FromSeconds(30);

    /// <summary>The same after an interruption: a runner kills the program soon.</summary>
    public static readonly TimeSpan ShortFarewell = TimeSpan.FromSeconds(3);

    /// <summary>A longer wait says what it is for.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private readonly Task<bool>[] _told = [.. sinks.Select(_ => Task.FromResult(true))];

    public void Saw(OperationMoment moment)
    {
        lock (_lock)
        {
            for (var i = 0; i < sinks.Count; i++)
                _told[i] = NextAsync(_told[i], sinks[i], moment);
        }
    }

    /// <summary>Waits until all is told, at most this long.</summary>
    public async Task SettleAsync(TimeSpan limit)
    {
        Task all;
        lock (_lock)
            all = Task.WhenAll(_told);
        if (await IsDoneAsync(all, limit < Silence ? limit : Silence).ConfigureAwait(false))
            return;
        if (limit > Silence)
            narrator.Say("news", $"waiting for {string.Join(", ", sinks.Select(sink => sink.Name))}, at most {limit.TotalSeconds:0.#} s");
        if (limit <= Silence || !await IsDoneAsync(all, limit - Silence).ConfigureAwait(false))
        {
            narrator.Warn("news", $"not everybody could be told within {limit.TotalSeconds:0.#} s");
            await _end.CancelAsync().ConfigureAwait(false);
        }
    }

    private static async Task<bool> IsDoneAsync(Task all, TimeSpan limit)
    {
        await Task.WhenAny(all, Task.Delay(limit)).ConfigureAwait(false);
        return all.IsCompleted;
    }

    /// <returns>Whether the sink works.</returns>
    private async Task<bool> NextAsync(Task<bool> before, INewsSink sink, OperationMoment moment)
    {
        await Task.Yield();
        var works = await before.ConfigureAwait(false);
        if (!works && !moment.IsEnd)
            return false;
        try
        {
            await sink.TellAsync(moment, _end.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception e)
        {
            // Whatever it is: an operation on the store is worth more than the news of it.
            narrator.Warn(sink.Name, $"not told that {OperationText.Line(moment)}: {e.Message}{(e is OperationException { Next: { } next } ? $" ({next})" : "")}");
            return false;
        }
    }
}
