using System.Text;
using Nuke.Common.Tests.Golden;

namespace Nuke.Common.Tests.Fuzz;

/// <summary>Whatever the command line: an exit code and a message, and no target that it does not ask for. Each case has its own seed.</summary>
[Collection(BuildCollection.Name)]
public sealed class CommandLineFuzzTests
{
    [Fact]
    public void Random_command_lines_run_nothing_unasked() => Check(1_000);

    [Fact, Trait("Tier", "Campaign")]
    public void Ten_thousand_random_command_lines_run_nothing_unasked() => Check(10_000);

    private static void Check(int cases)
    {
        using var run = new TestRun();
        var succeeded = 0;
        var refused = 0;
        for (var seed = 0; seed < cases; seed++)
        {
            var arguments = RandomArguments.Next(new Random(seed));
            var context = $"seed {seed}: {string.Join(' ', arguments.Select(Quoted))}";
            FuzzBuild.Ran.Clear();
            var result = Should.NotThrow(() => run.Execute(FuzzBuild.Run, arguments), context);

            CheckOutcome(result, context);
            CheckTargets(result, new ReferenceCommandLine(arguments), context);
            succeeded += result.ExitCode == 0 && FuzzBuild.Ran.Count > 0 ? 1 : 0;
            refused += result.ExitCode == 255 ? 1 : 0;
        }

        // Else the generator has degenerated and the test shows nothing.
        Math.Min(succeeded, refused).ShouldBeGreaterThan(cases / 10);
    }

    /// <summary>No target of this build fails, so that an exception in the output is one of the engine's own.</summary>
    private static void CheckOutcome(BuildResult result, string context)
    {
        result.ExitCode.ShouldBeInRange(0, 255, context);
        if (result.ExitCode != 0)
            result.Output.Trim().ShouldNotBeEmpty(context);
        result.Output.ShouldNotContain("Exception", Case.Sensitive, $"{context}\n{result.Output}");
        result.Output.ShouldNotContain("   at ", Case.Sensitive, $"{context}\n{result.Output}");
    }

    private static void CheckTargets(BuildResult result, ReferenceCommandLine commandLine, string context)
    {
        var invoked = commandLine.Invoked;
        IReadOnlyList<int> wanted = invoked.Count > 0 ? invoked : [FuzzBuild.Default];
        var plan = FuzzBuild.Reference.Plan(wanted);
        if (commandLine.Skip is { } skip)
        {
            // Nothing is said here about a target that is both invoked and skipped, except that it runs.
            var skipped = FuzzBuild.Reference.Skipped(plan, invoked, wanted, skip);
            if (!skip.Exists(invoked.Contains))
                plan.RemoveAll(skipped.Contains);
            else
                FuzzBuild.Ran.ShouldNotContain(target => skip.Contains(NumberOf(target)) && !invoked.Contains(NumberOf(target)), context);
        }

        var expected = plan.Select(target => FuzzBuild.Names[target]).ToList();
        var mayRunLess = commandLine.MayRunLess || commandLine.Skip?.Exists(invoked.Contains) == true || result.ExitCode != 0;
        if (mayRunLess)
            expected.Where(FuzzBuild.Ran.Contains).ShouldBe(FuzzBuild.Ran, context);
        else
            FuzzBuild.Ran.ShouldBe(expected, context);
    }

    private static int NumberOf(string target) => Array.IndexOf(FuzzBuild.Names, target);

    private static string Quoted(string argument)
    {
        var text = new StringBuilder();
        foreach (var character in argument)
            text.Append(character is > ' ' and < '\u007f' ? character.ToString() : $"\\u{(int)character:x4}");
        return $"«{text}»";
    }
}
