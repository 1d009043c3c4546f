using OpticWorks.Operations.Processes;

namespace OpticWorks.Benchmarks;

/// <summary><c>./build.sh Restore Build Test</c> when nothing changed since the last time.</summary>
internal static class NoChange
{
    public static async Task<int> RunAsync(string root)
    {
        var command = new LocalCommand(Path.Combine(root, "build.sh"), "Restore", "Build", "Test") { WorkingDirectory = root };
        await Measurement.TimesAsync(command, 1);
        Measurement.PrintMachine();
        Measurement.Print("./build.sh Restore Build Test, unchanged", await Measurement.TimesAsync(command, 11));
        return 0;
    }
}
