using System.Text.RegularExpressions;
using OpticWorks.Build.Plans;
using OpticWorks.Operations;

namespace OpticWorks.Build.Tests;

public sealed partial class PlanKindTests
{
    /// <summary>An operation that is begun and has no kind could be neither resumed nor taken back.</summary>
    [Fact]
    public void Every_operation_that_a_target_begins_can_be_made_again()
    {
        var begun = Directory.GetFiles(TemporaryRoot.InCheckout("build/OpticWorks.Build/Targets"), "*.cs")
            .SelectMany(file => Begun().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value));

        PlanKind.All.Select(kind => kind.Name).ShouldBe(begun, ignoreOrder: true);
        PlanKind.Named("Canary").Name.ShouldBe("Canary");
    }

    [Fact]
    public void What_another_version_began_is_left_to_it()
    {
        var refused = Should.Throw<OperationException>(() => PlanKind.Named("Levitate"));

        (refused.ExitCode, refused.Message).ShouldBe((ExitCodes.Configuration, "This program knows no operation Levitate"));
    }

    [GeneratedRegex("Operation\\.RunAsync\\(\"(\\w+)\"")]
    private static partial Regex Begun();
}
