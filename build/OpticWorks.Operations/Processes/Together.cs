using System.Runtime.ExceptionServices;

namespace OpticWorks.Operations.Processes;

/// <summary>Work that is done at the same time.</summary>
internal static class Together
{
    /// <summary>Runs all of it; what fails first stops the others, and its failure is the one that is told once they have ended.</summary>
    /// <returns>Each one's result, in their order.</returns>
    public static async Task<T[]> RunAsync<T>(IReadOnlyList<Func<CancellationToken, Task<T>>> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Exception? first = null;
        var results = await Task.WhenAll(work.Select(async one =>
        {
            try
            {
                return await Task.Run(() => one(stop.Token), stop.Token).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref first, e, null);
                await stop.CancelAsync().ConfigureAwait(false);
                return default;
            }
        })).ConfigureAwait(false);
        if (first is not null)
            ExceptionDispatchInfo.Throw(first);
        return results!;
    }
}
