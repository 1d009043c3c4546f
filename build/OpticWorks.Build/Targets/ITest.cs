using System.Globalization;
using Nuke.Common;
using Nuke.Common.Utilities.Collections;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Ship, "Test --again",
    Effects = "artifacts/test-results, and what the store's own lint and tests write",
    Needs = "What Restore needs; a store whose tests leave JUnit results in test-results",
    Undo = "Nothing to undo: only a run that passed is recorded")]
internal interface ITest : IRestore
{
    [Parameter("Run the store's tests although they passed before with the same inputs")]
    bool? Again => TryGetValue<bool?>(() => Again);

    Target Test => _ => _
        .Description("Run the store's lint and tests")
        .DependsOn<IRestore>(x => x.Restore)
        .After<IBuild>(x => x.Build)
        .OnlyWhenStatic(() => ArtifactDigest == null)
        .Executes(() => Run(async cancellationToken =>
        {
            var programs = await StoreProgramsAsync(cancellationToken).ConfigureAwait(false);
            var tests = new StoreTests(Store, Path.Combine(RootDirectory, "artifacts", "test-results"), Narrator);
            var result = await tests.RunAsync(programs, Again ?? false, cancellationToken).ConfigureAwait(false);
            ReportSummary(summary => summary
                .AddPair("Passed", result.Passed.ToString(CultureInfo.InvariantCulture) + (result.Unchanged ? " (unchanged)" : ""))
                .AddPair("Skipped", result.Skipped.ToString(CultureInfo.InvariantCulture)));
        }));
}
