using System.Diagnostics;
using System.Text;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Acceptance.Releases;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Benchmarks.Releases;

/// <summary>
/// The guide's playbook (unpack, dependencies, migrate, restart) under ansible-playbook with pipelining, one host at a time and all at once, beside
/// DeployBackend: same machines, same prebuilt archives, same traffic, one run. ansible-core runs on a machine of the fleet.
/// </summary>
internal static class Playbook
{
    private static readonly MachineImageRecipe Recipe = new() { Packages = [.. new MachineImageRecipe().Packages, "python3", "ansible-core"] };

    public static async Task<int> LightAsync()
    {
        await using var place = await FleetPlace.UpAsync(2, [new MachineSpec("control", 30)], Recipe);
        Measurement.PrintMachine();
        var artifact = await LightStore.BuildAsync(place.Fleet.Artifacts, new LightBehaviour { Build = "playbook" });
        await PrepareAsync(place, artifact);
        await place.DeployAsync("first");
        var results = new Dictionary<string, List<TimeSpan>>();
        var traffic = new Dictionary<string, List<TrafficSample>>();
        for (var round = 0; round < 3; round++)
        {
            await MeasureAsync("DeployBackend", () => place.DeployAsync($"round {round}"));
            await MeasureAsync("ansible-playbook, serial: 1", () => RunAsync(place, "1"));
            await MeasureAsync("ansible-playbook, all at once", () => RunAsync(place, "100%"));
        }

        foreach (var (name, times) in results)
        {
            Measurement.Print(name, times);
            Console.WriteLine($"  {TrafficSummary.Of(traffic[name])}");
        }

        Console.WriteLine(FormattableString.Invariant(
            $"serial: 1 takes {Measurement.Median(results["ansible-playbook, serial: 1"]) / Measurement.Median(results["DeployBackend"]):0.0} times as long"));
        return 0;

        async Task MeasureAsync(string name, Func<Task> deploy)
        {
            await using var load = new OpenLoop([place.Get(40, "/read?ms=20"), place.Post(10, 20, "playbook")], TimeSpan.FromMinutes(5));
            await Task.Delay(TimeSpan.FromSeconds(2));
            var clock = Stopwatch.StartNew();
            await deploy();
            var time = clock.Elapsed;
            await Task.Delay(TimeSpan.FromSeconds(2));
            if (!results.ContainsKey(name))
                (results[name], traffic[name]) = ([], []);
            results[name].Add(time);
            traffic[name].AddRange(await load.EndAsync());
        }
    }

    private static async Task PrepareAsync(FleetPlace place, ArtifactManifest artifact)
    {
        var files = new Dictionary<string, string>
        {
            ["ansible.cfg"] = "[defaults]\nhost_key_checking = True\ninventory = inventory\n[ssh_connection]\npipelining = True\n"
                + "ssh_args = -o ControlMaster=auto -o ControlPersist=60s -o UserKnownHostsFile=/srv/playbook/known_hosts\n",
            ["inventory"] = "[medusa]\n" + string.Concat(place.Fleet.Environment.Hosts.Select(host => $"{host.Name} ansible_host={host.Address}\n"))
                + "[medusa:vars]\nansible_user=root\nansible_ssh_private_key_file=/srv/playbook/id_ed25519\nansible_python_interpreter=/usr/bin/python3\n",
            ["env"] = EnvironmentText.Write(BackendVariables.Of(place.Fleet.Environment, ReleaseId.New(DateTimeOffset.UtcNow, "7654321"), _ => "secret")),
            ["deploy.yml"] = Text,
            ["known_hosts"] = await File.ReadAllTextAsync(place.Local.KnownHosts),
            ["id_ed25519"] = await File.ReadAllTextAsync(place.Local.IdentityFile),
        };
        foreach (var (name, text) in files)
            await PutAsync(place, name, Encoding.UTF8.GetBytes(text));
        await PutAsync(place, "backend.tar.zst", await File.ReadAllBytesAsync(place.Fleet.Artifacts.ArchivePath(artifact.Backend)));
        await PutAsync(place, "layer.tar.zst", await File.ReadAllBytesAsync(place.Fleet.Artifacts.ArchivePath(artifact.Layer)));
    }

    private static async Task PutAsync(FleetPlace place, string name, byte[] content) =>
        (await place.Local.SshAsync("control", $"umask 077; mkdir -p /srv/playbook; echo {Convert.ToBase64String(content)} | base64 -d > /srv/playbook/{name}")).OrFail(name);

    private static async Task RunAsync(FleetPlace place, string serial)
    {
        var run = await LocalProcess.RunAsync(new LocalCommand("ssh", "-F", "none", "-i", place.Local.IdentityFile,
            "-o", $"UserKnownHostsFile={place.Local.KnownHosts}", "-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes", $"root@{place.Local.Lookup("control")}",
            $"cd /srv/playbook && LC_ALL=C.UTF-8 ansible-playbook deploy.yml -e serial_hosts={serial} -e release={ReleaseId.New(DateTimeOffset.UtcNow, "a5151b1")}")
        { Limit = TimeSpan.FromMinutes(5) });
        run.OrFail($"ansible-playbook\n{run.Output}");
    }

    /// <summary>The guide's tasks with what a host without a registry needs: the archives are brought instead of pulled and installed.</summary>
    private const string Text = """
        - hosts: medusa
          serial: "{{ serial_hosts }}"
          vars:
            app_dir: /opt/medusa
            target: /opt/medusa/playbook/{{ release }}
          tasks:
            - name: Make the release's folder
              file: { path: "{{ target }}", state: directory, mode: "0755" }
            - name: Unpack the build
              unarchive: { src: backend.tar.zst, dest: "{{ target }}" }
            - name: Install dependencies
              unarchive: { src: layer.tar.zst, dest: "{{ target }}" }
            - name: Configuration
              copy: { src: env, dest: "{{ target }}/env", mode: "0644" }
            - name: Run migrations
              command: /opt/node/current/bin/node node_modules/@medusajs/cli/cli.js db:migrate
              args: { chdir: "{{ target }}" }
            - name: Link the release
              file: { src: "{{ target }}", dest: "/opt/medusa/instances/{{ item }}/current", state: link, force: true }
              loop: [9001, 9002]
            - name: Restart service
              systemd: { name: "medusa@{{ item }}", state: restarted }
              loop: [9001, 9002]

        """;
}
