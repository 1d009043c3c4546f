using System.Diagnostics;

namespace OpticWorks.Tests;

/// <summary>Waits for what comes in its own time.</summary>
internal static class Wait
{
    /// <summary>More than anything takes on a busy computer.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="what">For example "the lock is free"; the failure after a minute says it.</param>
    public static async Task UntilAsync(string what, Func<Task<bool>> holds)
    {
        var clock = Stopwatch.StartNew();
        while (!await holds())
        {
            clock.Elapsed.ShouldBeLessThan(Limit, what);
            await Task.Delay(Pause);
        }
    }

    /// <inheritdoc cref="UntilAsync(string, Func{Task{bool}})"/>
    public static Task UntilAsync(string what, Func<bool> holds) => UntilAsync(what, () => Task.FromResult(holds()));
}
