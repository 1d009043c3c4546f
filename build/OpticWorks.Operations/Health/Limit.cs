namespace OpticWorks.Operations.Health;

/// <summary>A look that may not take longer than its limit, whatever it looks at does.</summary>
internal static class Limit
{
    /// <summary>Cancels the work when its limit is over, and does not wait for its end: to end a command on a host that no
    /// longer answers takes as long again.</summary>
    /// <exception cref="TimeoutException">It took longer.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public static async Task<T> OfAsync<T>(TimeSpan limit, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = work(over.Token);
        try
        {
            return await running.WaitAsync(limit, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!running.IsCompleted)
        {
            throw new TimeoutException($"no answer within {limit.TotalSeconds:0.#} s");
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            // Nobody waits for it any more; its failure is of no interest.
            _ = running.ContinueWith(task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    /// <summary>The same; what went wrong is an answer too. Only the caller's own cancellation is thrown.</summary>
    public static async Task<Answer<T>> TryAsync<T>(TimeSpan limit, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return new Answer<T>(await OfAsync(limit, work, cancellationToken).ConfigureAwait(false), null);
        }
        catch (Exception e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var seen = (e as OperationException)?.Seen;
            return new Answer<T>(null, seen is null ? e.Message : $"{e.Message} ({seen.TrimEnd().Split('\n')[^1]})");
        }
    }
}

/// <summary>What was seen, or why it could not be seen.</summary>
public sealed record Answer<T>(T? Value, string? Problem)
    where T : class;
