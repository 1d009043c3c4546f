using System.Diagnostics;
using System.Text;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Acceptance.Releases;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Releases;
using OpticWorks.Tests;

namespace OpticWorks.Benchmarks.Releases;

/// <summary>
/// The guide's playbook (unpack, dependencies, migrate, restart) under ansible-playbook with pipelining, one host at a time and all at once, beside
/// DeployBackend and Rollback: same machines, same prebuilt archives, same traffic, one run. ansible-core runs on a machine of the fleet.
/// </summary>
internal static class Playbook
{
    private static readonly MachineSpec Control = new("control", 30);

    private static readonly MachineImageRecipe Recipe = new() { Packages = [.. new MachineImageRecipe().Packages, "python3", "ansible-core"] };

    /// <summary>Where the playbook works.</summary>
    /// <param name="Ports">Of each host's instances.</param>
    /// <param name="Env">A release's env file, as text.</param>
    private sealed record Place(LocalEnvironment Local, IReadOnlyList<string> Hosts, IReadOnlyList<int> Ports, string Env, string Backend, string Layer);

    public static async Task<int> LightAsync()
    {
        await using var fleet = await FleetPlace.UpAsync(2, [Control], Recipe);
        var artifact = await LightStore.BuildAsync(fleet.Fleet.Artifacts, new LightBehaviour { Build = "playbook" });
        var env = EnvironmentText.Write(BackendVariables.Of(fleet.Fleet.Environment, ReleaseId.New(DateTimeOffset.UtcNow, "7654321"), _ => "secret"));
        var place = new Place(fleet.Local, [.. fleet.Fleet.Environment.Hosts.Select(host => host.Name)], fleet.Fleet.Environment.Hosts[0].Instances, env,
            fleet.Fleet.Artifacts.ArchivePath(artifact.Backend), fleet.Fleet.Artifacts.ArchivePath(artifact.Layer));
        var first = await fleet.DeployAsync("first");
        await CompareAsync(place, round => fleet.DeployAsync($"round {round}"), () => fleet.Fleet.RollBackAsync(first), [fleet.Get(40, "/read?ms=20"), fleet.Post(10, 20, "playbook")]);
        return 0;
    }

    /// <summary>The same with the sample store's Medusa, as Rehearse leaves it; DeployBackend as people start it.</summary>
    public static async Task<int> MedusaAsync(string root)
    {
        await using var medusa = await MedusaPlace.UpAsync(root, [Control], Recipe);
        var ports = (await medusa.Local.SshAsync("api-1", "ls /opt/medusa/instances")).OrFail("instances").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToList();
        var env = (await medusa.Local.SshAsync("api-1", $"cat /opt/medusa/instances/{ports[0]}/current/env")).OrFail("env").Output;
        var artifact = medusa.Artifact();
        var folder = new ArtifactFolder(Path.Combine(root, "artifacts", "store"));
        var place = new Place(medusa.Local, ["api-1", "api-2"], ports, env, folder.ArchivePath(artifact.Backend), folder.ArchivePath(artifact.Layer));
        await CompareAsync(place, _ => medusa.RunAsync("DeployBackend"), () => medusa.RunAsync("Rollback"), [medusa.Get("GET narrow", 20, MedusaPlace.NarrowRead), medusa.Post(2, $"run-{Guid.NewGuid():n}")]);
        return 0;
    }

    private static async Task CompareAsync(Place place, Func<int, Task> deploy, Func<Task> rollBack, TrafficKind[] kinds)
    {
        Measurement.PrintMachine();
        await PrepareAsync(place);
        var results = new Dictionary<string, List<TimeSpan>>();
        var traffic = new Dictionary<string, List<TrafficSample>>();
        for (var round = 0; round < 3; round++)
        {
            var number = round;
            await MeasureAsync("DeployBackend", () => deploy(number));
            await MeasureAsync("Rollback", rollBack);
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

        async Task MeasureAsync(string name, Func<Task> deployment)
        {
            await using var load = new OpenLoop(kinds, TimeSpan.FromMinutes(5));
            await Task.Delay(TimeSpan.FromSeconds(2));
            var clock = Stopwatch.StartNew();
            await deployment();
            var time = clock.Elapsed;
            // A restart that was only begun fails requests of its own, not of what is measured next.
            await ServeAsync(place);
            await Task.Delay(TimeSpan.FromSeconds(5));
            if (!results.ContainsKey(name))
                (results[name], traffic[name]) = ([], []);
            results[name].Add(time);
            traffic[name].AddRange(await load.EndAsync());
        }
    }

    /// <summary>Until every instance answers; HAProxy's checks see it soon after.</summary>
    private static Task ServeAsync(Place place) => Wait.UntilAsync("every instance answers", async () =>
    {
        foreach (var host in place.Hosts)
        {
            foreach (var port in place.Ports)
            {
                if (!(await place.Local.SshAsync(host, $"exec 3<> /dev/tcp/127.0.0.1/{port}")).Succeeded)
                    return false;
            }
        }

        return true;
    });

    private static async Task PrepareAsync(Place place)
    {
        var files = new Dictionary<string, string>
        {
            ["ansible.cfg"] = "[defaults]\nhost_key_checking = True\ninventory = inventory\n[ssh_connection]\npipelining = True\n"
                + "ssh_args = -o ControlMaster=auto -o ControlPersist=60s -o UserKnownHostsFile=/srv/playbook/known_hosts\n",
            ["inventory"] = "[medusa]\n" + string.Concat(place.Hosts.Select(host => $"{host} ansible_host={place.Local.Lookup(host)}\n"))
                + "[medusa:vars]\nansible_user=root\nansible_ssh_private_key_file=/srv/playbook/id_ed25519\nansible_python_interpreter=/usr/bin/python3\n",
            ["env"] = place.Env,
            ["deploy.yml"] = Text,
            ["known_hosts"] = await File.ReadAllTextAsync(place.Local.KnownHosts),
            ["id_ed25519"] = await File.ReadAllTextAsync(place.Local.IdentityFile),
        };
        foreach (var (name, text) in files)
            await PutAsync(place, name, Encoding.UTF8.GetBytes(text));
        await GivePythonAsync(place);
        await PutAsync(place, "backend.tar.zst", await File.ReadAllBytesAsync(place.Backend));
        await PutAsync(place, "layer.tar.zst", await File.ReadAllBytesAsync(place.Layer));
    }

    /// <summary>Ansible's modules want Python on every host; the store's hosts have none, so they get the one of the machine that Ansible runs on.</summary>
    private static async Task GivePythonAsync(Place place)
    {
        var lacking = new List<string>();
        foreach (var host in place.Hosts)
        {
            if (!(await LocalProcess.RunAsync(Ssh(place, "command -v python3", host))).Succeeded)
                lacking.Add(host);
        }

        if (lacking.Count == 0)
            return;
        var python = (await LocalProcess.RunAsync(Ssh(place,
            "cd / && tar -cz usr/bin/python3 usr/bin/python3.* usr/lib/python3.* usr/lib/*/libexpat.so.1* usr/lib/*/libffi.so.* | base64 -w 0"))).OrFail("python3 of control").Output;
        foreach (var host in lacking)
            (await LocalProcess.RunAsync(Ssh(place, "base64 -d | tar -C / -xz && python3 -c 'import json, zlib, ctypes'", host) with { StandardInput = python })).OrFail($"python3 for {host}");
    }

    private static async Task PutAsync(Place place, string name, byte[] content) =>
        (await LocalProcess.RunAsync(Ssh(place, $"umask 077; mkdir -p /srv/playbook; base64 -d > /srv/playbook/{name}") with
        { StandardInput = Convert.ToBase64String(content), Limit = TimeSpan.FromMinutes(2) })).OrFail(name);

    private static async Task RunAsync(Place place, string serial)
    {
        var run = await LocalProcess.RunAsync(Ssh(place,
            $"cd /srv/playbook && LC_ALL=C.UTF-8 ansible-playbook deploy.yml -e serial_hosts={serial} -e '{{\"ports\":[{string.Join(',', place.Ports)}]}}' -e release={ReleaseId.New(DateTimeOffset.UtcNow, "a5151b1")}"));
        run.OrFail($"ansible-playbook\n{run.Output}");
    }

    private static LocalCommand Ssh(Place place, string command, string machine = "control") => new("ssh", "-F", "none", "-i", place.Local.IdentityFile,
        "-o", $"UserKnownHostsFile={place.Local.KnownHosts}", "-o", "StrictHostKeyChecking=yes", "-o", "BatchMode=yes", $"root@{place.Local.Lookup(machine)}", command)
    { Limit = TimeSpan.FromMinutes(5) };

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
            - name: Uploads
              file: { src: /opt/medusa/shared/uploads, dest: "{{ target }}/static", state: link }
            - name: Run migrations
              shell: set -a && . ./env && exec /opt/node/current/bin/node node_modules/@medusajs/cli/cli.js db:migrate
              args: { chdir: "{{ target }}" }
            - name: Link the release
              file: { src: "{{ target }}", dest: "/opt/medusa/instances/{{ item }}/current", state: link, force: true }
              loop: "{{ ports }}"
            - name: Restart service
              systemd: { name: "medusa@{{ item }}", state: restarted }
              loop: "{{ ports }}"

        """;
}
