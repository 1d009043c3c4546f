namespace OpticWorks.Operations.Hosts;

/// <summary>Hosts that the same is done on, at most so many at a time.</summary>
/// <param name="Parallel">How many at once; at least 1.</param>
public sealed record HostGroup(IReadOnlyList<IHost> Hosts, int Parallel)
{
    /// <summary>As many as a laptop's SSH client and its network serve without queueing noticeably.</summary>
    public const int DefaultParallel = 20;

    public HostGroup(IReadOnlyList<IHost> hosts)
        : this(hosts, DefaultParallel)
    {
    }

    /// <summary>Does it on every host, also when it fails on some: each failure is told, not only the first.</summary>
    /// <returns>The results, in the order of <see cref="Hosts"/>.</returns>
    /// <exception cref="OperationException">One host: its own failure. Several: all of them, with the exit code of the first
    /// or of the worst (6).</exception>
    /// <exception cref="OperationCanceledException">Cancelled; hosts that had not begun were left alone.</exception>
    public async Task<IReadOnlyList<T>> OnAllAsync<T>(
        string what, Func<IHost, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var places = new SemaphoreSlim(Math.Max(1, Parallel));
        var running = Hosts.Select(OnOneAsync).ToArray();
        await Task.WhenAll(running).ContinueWith(_ => { }, TaskScheduler.Default).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();

        var failed = Hosts.Zip(running)
            .Where(pair => !pair.Second.IsCompletedSuccessfully)
            .Select(pair => (pair.First.Name, Cause: pair.Second.Exception?.InnerException ?? new TimeoutException("it was cancelled")))
            .ToList();
        return failed.Count == 0 ? [.. running.Select(task => task.Result)] : throw Failure(what, failed);

        async Task<T> OnOneAsync(IHost host)
        {
            await places.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await work(host, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                places.Release();
            }
        }
    }

    /// <summary>The same without results.</summary>
    /// <inheritdoc cref="OnAllAsync{T}" path="/exception"/>
    public Task OnAllAsync(string what, Func<IHost, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        OnAllAsync(what, async (host, token) =>
        {
            await work(host, token).ConfigureAwait(false);
            return true;
        }, cancellationToken);

    private OperationException Failure(string what, List<(string Host, Exception Cause)> failed)
    {
        if (failed is [(_, OperationException only)])
            return only;
        var codes = failed.Select(one => one.Cause is OperationException known ? known.ExitCode : ExitCodes.Engine).ToList();
        return new OperationException(
            $"{what} failed on {failed.Count} of {Hosts.Count} hosts",
            codes.Contains(ExitCodes.FailedAndNotUndone) ? ExitCodes.FailedAndNotUndone : codes[0],
            new AggregateException(failed.Select(one => one.Cause)))
        {
            Where = string.Join(", ", failed.Select(one => one.Host)),
            Seen = string.Join('\n', failed.Select(one => $"{one.Host}: {one.Cause.Message}{Seen(one.Cause)}")),
            Next = failed.Select(one => (one.Cause as OperationException)?.Next).FirstOrDefault(next => next is not null),
        };
    }

    private static string Seen(Exception cause) =>
        cause is OperationException { Seen: { } seen } ? $" ({seen.TrimEnd().Split('\n')[^1]})" : "";
}
