using OpticWorks.Benchmarks;
using OpticWorks.Benchmarks.Canary;

var root = Root.Find();
return args switch
{
    ["startup"] => await Startup.RunAsync(root),
    ["no-change"] => await NoChange.RunAsync(root),
    ["local"] => await Local.RunAsync(root),
    ["canary-simulation"] => Simulation.Run(3000),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        """
        Where the README's figures come from. Each prints its median, the machine and the date.

          startup     ./build.sh --help without changes, beside what NUKE's own build.sh does (dotnet build, dotnet run)
          no-change   ./build.sh Restore Build Test with unchanged inputs
          local       LocalUp from the cached image: SSH on all machines; then LocalDown
          canary-simulation   the judge, Argo Rollouts' rules and Flagger's in the same simulated situations
        """);
    return 2;
}
