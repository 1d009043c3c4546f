using OpticWorks.Benchmarks;
using OpticWorks.Benchmarks.Backups;
using OpticWorks.Benchmarks.Canary;
using OpticWorks.Benchmarks.Releases;

var root = Root.Find();
return args switch
{
    ["startup"] => await Startup.RunAsync(root),
    ["no-change"] => await NoChange.RunAsync(root),
    ["local"] => await Local.RunAsync(root),
    ["canary-simulation"] => Simulation.Run(3000),
    ["canary-live", var runs, var fault] => await OpticWorks.Acceptance.Canary.CanaryCampaign.RunAsync(int.Parse(runs, System.Globalization.CultureInfo.InvariantCulture), fault),
    ["rolling", "light"] => await Rolling.LightAsync(),
    ["rolling", "kill"] => await Rolling.KillAsync(),
    ["rolling", "medusa"] => await MedusaRolling.RunAsync(root, 1),
    ["rolling", "medusa", var share] => await MedusaRolling.RunAsync(root, double.Parse(share, System.Globalization.CultureInfo.InvariantCulture)),
    ["hosts"] => await Hosts.RunAsync(),
    ["backup"] => await BackupSpeed.RunAsync([1]),
    ["backup", "4"] => await BackupSpeed.RunAsync([1, 4]),
    ["backup-sink"] => await BackupSpeed.SinkAsync(),
    ["backup-take", var programs, var port, var database, var endpoint, var digests] => await BackupSpeed.TakeAsync(programs, int.Parse(port), database, endpoint, int.Parse(digests)),
    ["ansible", "light"] => await Playbook.LightAsync(),
    ["ansible", "medusa"] => await Playbook.MedusaAsync(root),
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
          canary-live RUNS errors|slow|leak|healthy|incident   canaries on real machines with the light backend, 200 requests/s
          rolling light     requests that fail while the light backend is deployed and rolled back, 100 requests/s, at least 20,000
          rolling kill      the same while instances are killed with SIGKILL
          rolling medusa [SHARE]   requests that fail, and their latency, while Medusa is deployed and rolled back; a share of the rates, 0.3 for example
          hosts             deployments to 2 and to 20 hosts
          backup            a backup of 1 GB beside pg_dump -Fc | aws s3 cp - (backup 4: then of 4 GB too, for the memory)
          ansible light     the guide's steps as a playbook beside DeployBackend: same machines, artifact and traffic
          ansible medusa    the same with Medusa
        """);
    return 2;
}
