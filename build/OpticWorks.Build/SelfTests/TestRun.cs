using OpticWorks.Operations;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Build.SelfTests;

/// <summary>Builds this repository's tests and runs them, one assembly after another; each leaves its TRX under artifacts/self-test.</summary>
internal sealed class TestRun(string rootDirectory, string cacheDirectory, INarrator narrator)
{
    /// <summary>The longest that one assembly of the default tier may take.</summary>
    private static readonly TimeSpan AssemblyLimit = TimeSpan.FromMinutes(30);

    /// <summary>The same with the exhaustive campaigns.</summary>
    private static readonly TimeSpan CampaignLimit = TimeSpan.FromHours(6);

    private readonly string _results = Path.Combine(rootDirectory, "artifacts", "self-test");

    /// <summary>Quick ones first, so that a plain mistake shows early.</summary>
    private static readonly string[] Assemblies =
        ["OpticWorks.Operations.Tests", "Nuke.Common.Tests", "OpticWorks.Build.Tests", "OpticWorks.Acceptance"];

    /// <summary>The default tier, or those that a filter of <c>dotnet test</c> selects.</summary>
    /// <param name="full">The exhaustive campaigns too.</param>
    public async Task<TrxResults> RunAsync(string? filter, bool full, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_results);
        narrator.Say("self-test", "building the tests");
        var build = await LocalProcess.RunAsync(
            Dotnet("build", Path.Combine(rootDirectory, "OpticWorks.Build.sln"), "-c", "Release", "-v", "quiet", "-nologo", "-nodeReuse:false"),
            line => narrator.Detail("self-test", line), cancellationToken).ConfigureAwait(false);
        build.OrFail("This repository's tests do not build");

        var all = TrxResults.None;
        foreach (var assembly in Assemblies)
        {
            var result = await RunOneAsync(assembly, filter, full, cancellationToken).ConfigureAwait(false);
            all = all.Add(result);
            foreach (var failure in result.Failures)
                narrator.Warn("self-test", failure);
        }

        return all;
    }

    private async Task<TrxResults> RunOneAsync(string assembly, string? filter, bool full, CancellationToken cancellationToken)
    {
        var trx = Path.Combine(_results, $"{assembly}.trx");
        File.Delete(trx);
        List<string> arguments =
        [
            "test", Path.Combine(rootDirectory, "tests", assembly), "-c", "Release", "--no-build", "-v", "quiet", "-nologo",
            "--logger", $"trx;LogFileName={assembly}.trx", "--results-directory", _results,
        ];
        if ((filter ?? (full ? null : "Tier!=Campaign")) is { } wanted)
            arguments.AddRange(["--filter", wanted]);
        var run = await LocalProcess.RunAsync(Dotnet([.. arguments]) with { Limit = full ? CampaignLimit : AssemblyLimit },
            line => narrator.Detail("self-test", line), cancellationToken).ConfigureAwait(false);
        if (!File.Exists(trx))
        {
            if (filter is not null && run.Succeeded)
                return TrxResults.None;
            run.OrFail($"{assembly} ran no test");
        }

        var result = TrxResults.Read(trx);
        narrator.Say("self-test", $"{assembly,-28}{result.Passed,5} passed {result.Failed,4} failed {result.Skipped,4} skipped  {run.Duration.TotalSeconds,6:0.0} s");
        if (!run.Succeeded && result.Failed == 0)
            run.OrFail($"{assembly} failed although no test of it did");
        return result;
    }

    private LocalCommand Dotnet(params IReadOnlyList<string> arguments) => new(System.Environment.ProcessPath ?? "dotnet", arguments)
    {
        WorkingDirectory = rootDirectory,
        Environment = new Dictionary<string, string?>
        {
            ["OPTICWORKS_CACHE"] = cacheDirectory,
            ["NUKE_ROOT"] = null,
            ["MSBUILDDISABLENODEREUSE"] = "1",
        },
    };
}
