using Nuke.Common.Execution;
using Nuke.Common.Tests.Golden;
using Nuke.Common.ValueInjection;

namespace Nuke.Common.Tests.Fuzz;

/// <summary>
/// Random graphs with random invoked, default and skipped targets are planned, refused and skipped as the reference says. Each case has a
/// seed of its own, which a failure names.
/// </summary>
[Collection(BuildCollection.Name)]
public sealed class PlanFuzzTests
{
    [Fact]
    public void Random_graphs_are_planned_refused_and_skipped_as_the_reference_says() => Check(10_000);

    [Fact, Trait("Tier", "Campaign")]
    public void A_hundred_thousand_random_graphs_are_planned_refused_and_skipped_as_the_reference_says() => Check(100_000);

    private static void Check(int cases)
    {
        using var run = new TestRun();
        var planned = 0;
        var refused = 0;
        var withSkips = 0;
        for (var seed = 0; seed < cases; seed++)
        {
            var random = new Random(seed);
            var graph = new RandomGraph(random);
            if (graph.Reference.HasSelfEdge || graph.Reference.Cycles().Count > 0)
            {
                CheckRefusal(seed, graph);
                refused++;
            }
            else if (CheckPlan(seed, random, graph))
                withSkips++;
            else
                planned++;
        }

        // Else the generator has degenerated and the test shows nothing.
        new[] { planned, refused, withSkips }.Min().ShouldBeGreaterThan(cases / 50);
    }

    private static void CheckRefusal(int seed, RandomGraph graph)
    {
        var message = Should.Throw<BuildRefusal>(
            () =>
            {
                TargetRelations.Define(new Empty(), graph.Targets);
                ExecutionPlanner.Plan(graph.Targets, graph.Targets);
            },
            $"seed {seed}").Message;
        if (graph.Reference.HasSelfEdge)
        {
            message.ShouldEndWith("cannot have a dependency on itself", customMessage: $"seed {seed}");
            return;
        }

        var lines = message.Split('\n');
        lines[0].ShouldBe("Circular dependencies between targets:");
        var told = lines[1..].Select(line => Sorted(line[" - ".Length..].Split(", ")));
        var expected = graph.Reference.Cycles().Select(cycle => Sorted(cycle.Select(RandomGraph.NameOf)));
        told.Order().ShouldBe(expected.Order(), $"seed {seed}");
    }

    /// <returns>Whether targets were skipped, too.</returns>
    private static bool CheckPlan(int seed, Random random, RandomGraph graph)
    {
        var all = Enumerable.Range(0, graph.Targets.Length).ToList();
        var invoked = all.Where(_ => random.Next(4) == 0).ToList();
        var defaults = all.Where(_ => random.Next(5) == 0).ToList();
        var wanted = invoked.Count > 0 ? invoked : defaults;
        var hasSkip = random.Next(2) == 0;
        // What else happens when a target is both invoked and named after --skip depends on the order; the transcripts have one such run.
        var skip = all.Where(target => random.Next(4) == 0 && !invoked.Contains(target)).ToList();
        var arguments = invoked.Select(RandomGraph.NameOf).ToList();
        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(arguments));
        if (hasSkip)
            arguments.AddRange(["--skip", .. skip.Select(RandomGraph.NameOf)]);

        Invocation.Current = new Invocation(new CommandLine(arguments));
        var build = new Empty { ExecutableTargets = graph.Targets };
        foreach (var target in defaults)
            graph.Targets[target].IsDefault = true;
        TargetRelations.Define(build, graph.Targets);
        build.ExecutionPlan = ExecutionPlanner.Plan(graph.Targets, InvokedTargets.Find(Invocation.Current, build));
        foreach (var target in build.ExecutionPlan)
            target.Status = ExecutionStatus.Scheduled;
        new SkipRules(build).Apply([]);

        var plan = graph.Reference.Plan(wanted);
        var skipped = hasSkip ? graph.Reference.Skipped(plan, invoked, wanted, skip) : [];
        build.ExecutionPlan.Select(target => $"{target.Name} {target.Status}")
            .ShouldBe(plan.Select(target => $"{RandomGraph.NameOf(target)} {(skipped.Contains(target) ? "Skipped" : "Scheduled")}"), $"seed {seed}");
        return skipped.Count > 0;
    }

    private static string Sorted(IEnumerable<string> names) => string.Join(", ", names.Order(StringComparer.Ordinal));

    private sealed class Empty : NukeBuild;
}
