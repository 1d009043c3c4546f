using System.Globalization;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Benchmarks;

/// <summary><c>./build.sh --help</c> without changes, beside the two commands that NUKE's generated build.sh runs each time.</summary>
internal static class Startup
{
    public static async Task<int> RunAsync(string root)
    {
        var ours = new LocalCommand(Path.Combine(root, "build.sh"), "--help") { WorkingDirectory = root };
        var project = Path.Combine(root, "build", "OpticWorks.Build");
        var peer = new LocalCommand("bash", "-c",
            "dotnet build \"$1\" -c Release /nodeReuse:false /p:UseSharedCompilation=false -nologo -clp:NoSummary --verbosity quiet && dotnet run -c Release --project \"$1\" --no-build -- --help",
            "peer", project)
        { WorkingDirectory = root, Environment = new Dictionary<string, string?> { ["NUKE_ROOT"] = root } };
        await Measurement.TimesAsync(ours, 2);
        await Measurement.TimesAsync(peer, 1);

        Measurement.PrintMachine();
        var mine = await Measurement.TimesAsync(ours, 21);
        var theirs = await Measurement.TimesAsync(peer, 5);
        Measurement.Print("./build.sh --help", mine);
        Measurement.Print("dotnet build + dotnet run -- --help (NUKE's build.sh)", theirs);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio {Measurement.Median(theirs) / Measurement.Median(mine):0.0}"));
        return 0;
    }
}
