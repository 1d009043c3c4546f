using OpticWorks.Operations.Processes;

namespace OpticWorks.Benchmarks;

/// <summary>The local environment from the cached image, and its end.</summary>
internal static class Local
{
    public static async Task<int> RunAsync(string root)
    {
        LocalCommand Target(params string[] words) => new(Path.Combine(root, "build.sh"), words) { WorkingDirectory = root };
        var (ups, provisions, downs) = (new List<TimeSpan>(), new List<TimeSpan>(), new List<TimeSpan>());
        await Measurement.TimesAsync(Target("LocalUp"), 1);
        await Measurement.TimesAsync(Target("LocalDown"), 1);
        Measurement.PrintMachine();
        for (var i = 0; i < 5; i++)
        {
            ups.AddRange(await Measurement.TimesAsync(Target("LocalUp"), 1));
            provisions.AddRange(await Measurement.TimesAsync(Target("Provision", "--environment", "local"), 1));
            downs.AddRange(await Measurement.TimesAsync(Target("LocalDown"), 1));
        }

        Measurement.Print("./build.sh LocalUp (SSH on all machines, object store)", ups);
        Measurement.Print("./build.sh Provision --environment local (services)", provisions);
        Measurement.Print("./build.sh LocalDown", downs);
        return 0;
    }
}
