using System.Text.RegularExpressions;
using Nuke.Common.Tests.Builds;
using Nuke.Common.Tests.Golden;

namespace Nuke.Common.Tests.Generated;

[Collection(BuildCollection.Name)]
public sealed partial class PlanTests : IDisposable
{
    private readonly TestRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Plan_is_drawn_and_nothing_runs_also_without_a_desktop()
    {
        var result = _run.Execute(Build.Run, "c --plan");

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldContain("Execution plan: A, B, C");
        result.Output.ShouldNotContain("in A");
        var page = _run.Read(".nuke/temp/execution-plan.html");
        page.ShouldContain("<body data-plan=\"A B C\">");
        page.ShouldContain("data-name=\"UsesSkip\" data-plan=\"A StaticSkip UsesSkip\"");
        page.ShouldContain("class=\"edge execution\" data-from=\"A\" data-to=\"B\"");
        page.ShouldContain("class=\"edge order\" data-from=\"Clean\" data-to=\"A\"");
        page.ShouldContain("class=\"edge trigger\" data-from=\"T1\" data-to=\"T2\"");
    }

    [Fact]
    public void Page_needs_nothing_else()
    {
        _run.Execute(Build.Run, "--plan");

        Reference().Matches(_run.Read(".nuke/temp/execution-plan.html")).ShouldBeEmpty();
    }

    [Fact]
    public void No_two_targets_cover_each_other()
    {
        _run.Execute(Build.Run, "--plan");

        var boxes = Box().Matches(_run.Read(".nuke/temp/execution-plan.html"))
            .Select(match => match.Groups.Values.Skip(1).Select(group => int.Parse(group.Value)).ToArray())
            .ToList();
        boxes.Count.ShouldBe(39);
        var overlapping = from one in boxes
                          from other in boxes
                          where one != other
                          where one[0] < other[0] + other[2] && other[0] < one[0] + one[2] && one[1] < other[1] + other[3] && other[1] < one[1] + one[3]
                          select one;
        overlapping.ShouldBeEmpty();
    }

    [GeneratedRegex(@"https?://|src=|<link|@import|url\((?!#)")]
    private static partial Regex Reference();

    [GeneratedRegex(@"<rect x=""(\d+)"" y=""(\d+)"" width=""(\d+)"" height=""(\d+)""/>")]
    private static partial Regex Box();
}
