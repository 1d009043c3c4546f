using System.Globalization;
using Nuke.Common;
using Nuke.Common.Utilities.Collections;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.SelfTests;
using OpticWorks.Operations;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.MainJob, "SelfTest --filter Name~Rehearsal",
    Effects = "artifacts/self-test, the tests' bin and obj folders, and what Toolchain installs",
    Needs = "The .NET SDK of global.json; Linux and root for the tests on machines (skipped without root)",
    Undo = "Nothing to undo: every test cleans up after itself")]
internal interface ISelfTest : IHazOperations
{
    [Parameter("Only the tests that this filter of dotnet test selects, for example Name~Journal")]
    string? Filter => TryGetValue(() => Filter);

    [Parameter("Run the exhaustive campaigns too: hours instead of minutes. Their last counts stand in tests/CAMPAIGNS.md")]
    bool? Full => TryGetValue<bool?>(() => Full);

    Target SelfTest => _ => _
        .Description("Run this suite's own tests")
        .Executes(() => Run(async cancellationToken =>
        {
            foreach (var program in Enum.GetValues<PinnedProgram>())
                await Toolbox.GetAsync(program, cancellationToken).ConfigureAwait(false);

            var result = await new TestRun(RootDirectory, Toolbox.CacheDirectory, Narrator).RunAsync(Filter, Full == true, cancellationToken).ConfigureAwait(false);
            Session.Data["tests"] = result;
            ReportSummary(summary => summary
                .AddPair("Passed", result.Passed.ToString(CultureInfo.InvariantCulture))
                .AddPair("Failed", result.Failed.ToString(CultureInfo.InvariantCulture))
                .AddPair("Skipped", result.Skipped.ToString(CultureInfo.InvariantCulture)));
            await File.WriteAllTextAsync(RootDirectory / "artifacts" / "self-test" / "counts",
                $"{result.Passed} passed, {result.Failed} failed, {result.Skipped} skipped\n", cancellationToken).ConfigureAwait(false);
            if (result.Failed > 0)
                throw new OperationException($"{result.Failed} of this suite's tests failed", ExitCodes.Engine) { Where = "artifacts/self-test" };
            if (result.Passed == 0)
                throw new OperationException("No test ran", ExitCodes.Engine) { Next = "./build.sh SelfTest without --filter" };
        }));
}
