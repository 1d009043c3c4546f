using FsCheck;
using FsCheck.Fluent;
using OpticWorks.Operations.Canary;
using OpticWorks.Operations.Canary.Rollout;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Tests.Canary;

public sealed class RolloutTests
{
    private static readonly string[] Four = ["a", "b", "c", "d"];

    [Fact]
    public void Four_instances_at_10_50_100()
    {
        var plan = RolloutPlan.Of(Four, [10, 50, 100], 1);

        plan.Reserve.ShouldBe(["d"]);
        plan.Steps.Select(step => $"{step.Percent}: {string.Join(",", step.Join.Select(join => $"{join.Instance}@{join.Share:0.00}"))} | {string.Join(",", step.Canaries)} | {string.Join(",", step.Stable)}")
            .ShouldBe(["10: a@0.00 | a | b,c,d", "50: b@0.33 | a,b | c,d", "100: c@0.67 | a,b,c | "]);
    }

    [Theory]
    [InlineData(2, "1,1,1")]
    [InlineData(3, "1,1,2")]
    [InlineData(8, "1,4,7")]
    public void More_instances_join_as_the_share_grows(int instances, string canaries) =>
        string.Join(",", RolloutPlan.Of([.. Enumerable.Range(0, instances).Select(i => $"i{i}")], [10, 50, 100], 1).Steps.Select(step => step.Canaries.Count)).ShouldBe(canaries);

    /// <summary>No instance carries more than its part of the capacity, on either side, in a step and while one joins; the share never falls.</summary>
    [Fact]
    public void Nobody_carries_more_than_its_part() => Prop.ForAll<byte[]>(numbers => numbers.Length < 4 || Fit(numbers[0], numbers[1], numbers[2], numbers[3]))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static bool Fit(byte number, byte spares, byte first, byte second)
    {
        var instances = (number % 11) + 2;
        var spare = (spares % (instances - 1)) + 1;
        var percents = new[] { (first % 99) + 1, (second % 99) + 1, 100 }.Distinct().Order().ToArray();
        var plan = RolloutPlan.Of([.. Enumerable.Range(0, instances).Select(i => $"i{i}")], percents, spare);
        var capacity = (1.0 / (instances - spare)) + 1e-9;
        var (share, joined) = (0.0, 0);
        foreach (var step in plan.Steps)
        {
            foreach (var join in step.Join)
            {
                if (join.Share < share - 1e-9 || !Fits(join.Share, joined, instances - joined - 1))
                    return false;
                (share, joined) = (join.Share, joined + 1);
            }

            share = step.Percent / 100.0;
            if (joined != step.Canaries.Count || !Fits(share, joined, step.Percent == 100 ? 0 : step.Stable.Count))
                return false;
        }

        return plan.Reserve.Count >= 1 && joined + plan.Reserve.Count == instances;

        bool Fits(double part, int canaries, int stables) =>
            (canaries > 0 ? part / canaries <= capacity : part == 0) && (stables > 0 ? (1 - part) / stables <= capacity : part >= 1 - 1e-9);
    }

    [Theory]
    [InlineData("50,10,100")]
    [InlineData("10,50")]
    [InlineData("0,100")]
    [InlineData("")]
    public void Shares_that_make_no_sense_are_refused(string steps) => Should.Throw<OperationException>(() =>
        RolloutPlan.Of(Four, [.. steps.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)], 1)).ExitCode.ShouldBe(ExitCodes.Configuration);

    [Fact]
    public void One_instance_alone_is_no_canary() => Should.Throw<OperationException>(() => RolloutPlan.Of(["a"], [10, 100], 1));

    [Theory]
    [InlineData(0.1, 1, 3, 1, 3)]
    [InlineData(0.1, 1, 2, 2, 9)]
    [InlineData(0.5, 2, 2, 1, 1)]
    [InlineData(0.5, 1, 3, 3, 1)]
    [InlineData(1, 3, 0, 100, 0)]
    [InlineData(0, 1, 3, 0, 100)]
    public void Weights_give_the_share(double share, int canaries, int stables, int canary, int stable) =>
        Weights.Of(share, canaries, stables, 100).ShouldBe(new Weights(canary, stable));

    [Fact]
    public void Weights_come_within_a_hundredth() => Prop.ForAll<byte, byte, byte>((percent, canaries, stables) =>
    {
        var (share, some, others) = (((percent % 98) + 1) / 100.0, (canaries % 6) + 1, (stables % 6) + 1);
        var weights = Weights.Of(share, some, others, 100);
        // Six instances that together take one part in a hundred: HAProxy's weights do not reach so far, and no rollout asks for it.
        var reaches = new Weights(1, 256).Share(some, others) <= share && new Weights(256, 1).Share(some, others) >= share;
        return !reaches || (weights.Canary is >= 1 and <= 256 && weights.Stable is >= 1 and <= 256 && Math.Abs(weights.Share(some, others) - share) < 0.01);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Instances_join_on_one_host_after_the_other() =>
        RolloutPlan.Spread([["a1", "a2"], ["b1", "b2", "b3"]]).ShouldBe(["a1", "b1", "a2", "b2", "b3"]);

    [Fact]
    public void Splits_name_servers_and_leave_nobody_out()
    {
        var instances = new CanaryInstances([new BackendHost { Name = "api-1", Address = "x", Instances = [9001, 9002] }, new BackendHost { Name = "api-2", Address = "x", Instances = [9001, 9002] }]);
        var plan = RolloutPlan.Of(["api-1:9001", "api-2:9001", "api-1:9002", "api-2:9002"], [10, 50, 100], 1);
        var splits = new TrafficSplits(instances, plan);

        splits.While(plan.Steps[0], plan.Steps[0].Join[0]).Text("m").ShouldBe(
            "set server m/api-1-9002 weight 100; set server m/api-1-9002 state ready; set server m/api-1-9002 health up; "
            + "set server m/api-2-9001 weight 100; set server m/api-2-9001 state ready; set server m/api-2-9001 health up; "
            + "set server m/api-2-9002 weight 100; set server m/api-2-9002 state ready; set server m/api-2-9002 health up; "
            + "set server m/api-1-9001 state drain");
        splits.At(plan.Steps[0]).Weights.ShouldBe(new Dictionary<string, int> { ["api-1-9001"] = 1, ["api-2-9001"] = 3, ["api-1-9002"] = 3, ["api-2-9002"] = 3 }, ignoreOrder: true);
        splits.StableWhile(plan.Steps[1], plan.Steps[1].Join[0]).ShouldSatisfyAllConditions(
            split => split.Weights.Keys.Order().ShouldBe(["api-1-9002", "api-2-9002"]), split => split.Drained.ShouldBe(["api-1-9001", "api-2-9001"]));
        splits.At(plan.Steps[2]).Drained.ShouldBe(["api-2-9002"]);
        splits.Stable(plan.Steps[2]).Weights.ShouldBe(new Dictionary<string, int> { ["api-2-9002"] = 100 });
    }
}
