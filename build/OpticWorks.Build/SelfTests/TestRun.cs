using OpticWorks.Operations;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Build.SelfTests;

/// <summary>Builds this repository's tests and runs them; each assembly leaves its TRX under artifacts/self-test.</summary>
internal sealed class TestRun(string rootDirectory, string cacheDirectory, INarrator narrator)
{
    /// <summary>The longest that one assembly of the default tier may take.</summary>
    private static readonly TimeSpan AssemblyLimit = TimeSpan.FromMinutes(30);

    /// <summary>The same with the exhaustive campaigns.</summary>
    private static readonly TimeSpan CampaignLimit = TimeSpan.FromHours(6);

    /// <summary>
    /// Lanes run beside each other, the assemblies of one after another. Acceptance mostly waits for machines, so the others cost it little; of those the
    /// quick ones come first, so that a plain mistake shows early.
    /// </summary>
    private static readonly string[][] Lanes =
    [
        ["OpticWorks.Operations.Tests", "Nuke.Common.Tests", "OpticWorks.Build.Tests"],
        ["OpticWorks.Acceptance"],
    ];

    /// <summary>The folder of what is compiled for this program's own framework, "net10.0".</summary>
    private static readonly string Framework = $"net{AppContext.TargetFrameworkName!.Split('v')[^1]}";

    private readonly string _results = Path.Combine(rootDirectory, "artifacts", "self-test");

    /// <summary>The default tier, or those that a filter of <c>dotnet test</c> selects.</summary>
    /// <param name="full">The exhaustive campaigns too; they have the computer for themselves, one assembly after another.</param>
    public async Task<TrxResults> RunAsync(string? filter, bool full, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_results);
        await BuildAsync(cancellationToken).ConfigureAwait(false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        string[][] lanes = full ? [[.. Lanes.SelectMany(lane => lane)]] : Lanes;
        var running = lanes.Select(lane => LaneAsync(lane, filter, full, stop)).ToList();
        var all = TrxResults.None;
        foreach (var result in await Task.WhenAll(running).ConfigureAwait(false))
            all = all.Add(result);
        return all;
    }

    /// <summary>The SDK leaves empty folders in the temporary folder, so it gets one that goes with it.</summary>
    private async Task BuildAsync(CancellationToken cancellationToken)
    {
        narrator.Say("self-test", "building the tests");
        var temporary = Directory.CreateTempSubdirectory("ow-sdk-");
        try
        {
            var command = Dotnet("build", Path.Combine(rootDirectory, "OpticWorks.Build.sln"), "-c", "Release", "-v", "quiet", "-nologo", "-nodeReuse:false");
            var build = await LocalProcess.RunAsync(command with { Environment = new Dictionary<string, string?>(command.Environment) { ["TMPDIR"] = temporary.FullName } },
                line => narrator.Detail("self-test", line), cancellationToken).ConfigureAwait(false);
            build.OrFail("This repository's tests do not build");
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    /// <param name="stop">Cancelled when an assembly cannot be run: then the other lanes need not go on.</param>
    private async Task<TrxResults> LaneAsync(IReadOnlyList<string> assemblies, string? filter, bool full, CancellationTokenSource stop)
    {
        var all = TrxResults.None;
        try
        {
            foreach (var assembly in assemblies)
            {
                var result = await RunOneAsync(assembly, filter, full, stop.Token).ConfigureAwait(false);
                all = all.Add(result);
                foreach (var failure in result.Failures)
                    narrator.Warn("self-test", failure);
            }
        }
        catch (OperationException)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            throw;
        }

        return all;
    }

    private async Task<TrxResults> RunOneAsync(string assembly, string? filter, bool full, CancellationToken cancellationToken)
    {
        var trx = Path.Combine(_results, $"{assembly}.trx");
        File.Delete(trx);
        // The assembly, not its project: nothing is evaluated once more.
        List<string> arguments =
        [
            "test", Path.Combine(rootDirectory, "tests", assembly, "bin", "Release", Framework, $"{assembly}.dll"),
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
