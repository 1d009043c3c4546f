using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Tests.Processes;

public sealed class TogetherTests
{
    [Fact]
    public async Task Results_are_in_the_order_of_the_work()
    {
        var second = new TaskCompletionSource();

        var results = await Together.RunAsync<int>([async _ => { await second.Task; return 1; }, _ => { second.SetResult(); return Task.FromResult(2); }], default);

        results.ShouldBe([1, 2]);
    }

    [Fact]
    public async Task What_fails_first_stops_the_others_and_is_told_once_they_have_ended()
    {
        var ended = false;
        var running = new TaskCompletionSource();

        var failure = await Should.ThrowAsync<InvalidOperationException>(Together.RunAsync<int>(
        [
            async token =>
            {
                running.SetResult();
                try
                {
                    await Task.Delay(Timeout.Infinite, token);
                    return 1;
                }
                finally
                {
                    ended = true;
                }
            },
            async _ => { await running.Task; throw new InvalidOperationException("the second"); },
        ], default));

        (failure.Message, ended).ShouldBe(("the second", true));
    }

    [Fact]
    public async Task Work_that_is_cancelled_is_cancelled()
    {
        using var cancelled = new CancellationTokenSource();

        var work = Together.RunAsync<int>([async token => { await cancelled.CancelAsync(); await Task.Delay(Timeout.Infinite, token); return 1; }], cancelled.Token);

        await Should.ThrowAsync<OperationCanceledException>(work);
    }
}
