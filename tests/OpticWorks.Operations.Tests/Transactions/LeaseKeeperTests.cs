using System.Diagnostics;
using OpticWorks.Operations.Transactions.Leases;

namespace OpticWorks.Operations.Tests.Transactions;

public sealed class LeaseKeeperTests
{
    private static readonly LeaseTerms Terms = new(TimeSpan.FromMilliseconds(600), TimeSpan.FromMilliseconds(60));

    private static async Task<TimeSpan> UntilLostAsync(LeaseKeeper keeper, Stopwatch since)
    {
        await Should.ThrowAsync<OperationCanceledException>(() => Task.Delay(TimeSpan.FromSeconds(20), keeper.Lost));
        return since.Elapsed;
    }

    [Fact]
    public async Task A_refusal_is_a_loss_at_once()
    {
        var renewals = 0;
        await using var keeper = new LeaseKeeper(new LeaseTerms(TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(10)), LeaseKeeper.Moment.Now(),
            _ => Task.FromResult(++renewals < 3));

        await UntilLostAsync(keeper, Stopwatch.StartNew());

        (renewals, keeper.Loss).ShouldBe((3, "somebody else has taken or removed it"));
    }

    [Fact]
    public async Task Without_answers_it_is_lost_a_margin_before_it_expires_and_not_before()
    {
        var clock = Stopwatch.StartNew();
        await using var keeper = new LeaseKeeper(Terms, LeaseKeeper.Moment.Now(), async token =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return true;
        });

        (await UntilLostAsync(keeper, clock)).ShouldBeGreaterThanOrEqualTo(Terms.Lifetime - Terms.Margin);
        keeper.Loss!.ShouldMatch(@"^it could not be renewed for [\d.]+ s");
    }

    [Fact]
    public async Task A_failed_renewal_is_tried_again_soon()
    {
        var tries = 0;
        var again = new TaskCompletionSource();
        await using var keeper = new LeaseKeeper(new LeaseTerms(TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(50)), LeaseKeeper.Moment.Now(), _ =>
        {
            if (++tries < 3)
                throw new OperationException("no answer", ExitCodes.Engine);
            again.TrySetResult();
            return Task.FromResult(true);
        });

        await again.Task.WaitAsync(TimeSpan.FromSeconds(20));
        keeper.Loss.ShouldBeNull();
    }

    [Fact]
    public async Task A_computer_that_slept_through_its_lease_does_not_act_when_it_wakes()
    {
        var slept = LeaseKeeper.Moment.Now() with { Wall = DateTime.UtcNow.AddHours(-1) };
        await using var keeper = new LeaseKeeper(LeaseTerms.Default, slept, _ => Task.Delay(Timeout.Infinite).ContinueWith(_ => true));

        await UntilLostAsync(keeper, Stopwatch.StartNew());
        keeper.Loss!.ShouldStartWith("it could not be renewed for 36");
    }

    [Fact]
    public void Terms_that_cannot_be_kept_are_refused() =>
        Should.Throw<ArgumentException>(() => new LeaseTerms(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5)));
}
