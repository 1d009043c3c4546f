using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Acceptance.Rehearsal;

/// <summary>One environment through its life, and two beside each other.</summary>
public sealed class LocalMachinesTests(LocalPlace place) : IClassFixture<LocalPlace>
{
    [Fact]
    public async Task Four_machines_answer_over_ssh_with_everything_the_store_needs_and_go_without_a_trace()
    {
        var environment = place.New("life");

        await environment.UpAsync();

        foreach (var machine in MachineSpec.Store)
        {
            var answer = await environment.SshAsync(machine.Name, "hostname; systemctl is-system-running --wait; getent hosts db | cut -d' ' -f1");
            answer.Output.ShouldBe($"{machine.Name}\nrunning\n{environment.Lookup("db")}\n", answer.Error);
        }

        var ids = await Task.WhenAll(MachineSpec.Store.Select(machine => environment.SshAsync(machine.Name, "cat /etc/machine-id")));
        ids.Select(id => id.Output).Distinct().Count().ShouldBe(4);
        var programs = await environment.SshAsync("db",
            "haproxy -v; redis-server --version; /usr/lib/postgresql/17/bin/postgres --version; "
            + "set -e; for p in jq socat curl zstd sudo; do command -v $p; done");
        programs.Output.ShouldContain("HAProxy version 3.");
        programs.Output.ShouldContain("v=7.0.");
        programs.Output.ShouldContain("PostgreSQL) 17.");
        programs.Succeeded.ShouldBeTrue(programs.Error);
        (await environment.SshAsync("lb", "systemctl is-enabled haproxy redis-server postgresql")).Output.ShouldBe("disabled\ndisabled\ndisabled\n");

        var status = await environment.StatusAsync();
        status.Machines.ShouldAllBe(machine => machine.State == MachineState.Running && machine.MemoryBytes > 1 << 20 && machine.Pid > 1);
        status.Objects.Running.ShouldBeTrue();
        status.Edge.Running.ShouldBeTrue();
        status.Edge.Url!.ToString().ShouldBe($"http://127.0.0.1:{environment.Lookup("storefront-port")}/");
        status.Edge.Api!.ToString().ShouldBe(environment.Lookup("cloudflare-api"));

        var pids = status.Machines.Select(machine => machine.Pid).ToList();
        await environment.UpAsync();
        (await environment.StatusAsync()).Machines.Select(machine => machine.Pid).ShouldBe(pids);

        await environment.DownAsync();
        Remains.Of(environment.StateDirectory).ShouldBeEmpty();
        (await environment.StatusAsync()).Machines.ShouldAllBe(machine => machine.State == MachineState.Absent);
    }

    [Fact]
    public async Task A_machine_reboots_alone_and_one_powered_off_starts_again_with_its_data()
    {
        var environment = place.New("reboot", machines: [new("lb", 10), new("db", 20)]);
        await environment.UpAsync();
        const string Started = "systemctl show --value -p UserspaceTimestampMonotonic";
        var (other, own) = ((await environment.SshAsync("lb", Started)).Output, (await environment.SshAsync("db", Started)).Output);

        await environment.SshAsync("db", "echo kept > /var/lib/kept; systemctl reboot");

        await Wait.UntilAsync("db is back", async () =>
            await environment.SshAsync("db", $"systemctl is-system-running && {Started}") is { Succeeded: true } answer && answer.Output != $"running\n{own}");
        (await environment.SshAsync("db", "cat /var/lib/kept")).Output.ShouldBe("kept\n");
        (await environment.SshAsync("lb", Started)).Output.ShouldBe(other);

        await environment.SshAsync("db", "systemctl poweroff");
        await Wait.UntilAsync("db is off", async () => (await environment.StatusAsync()).Machines[1].State == MachineState.Stopped);
        await environment.UpAsync();
        (await environment.SshAsync("db", "cat /var/lib/kept")).Output.ShouldBe("kept\n");
    }

    [Fact]
    public async Task Two_environments_live_beside_each_other_and_one_down_leaves_the_other()
    {
        var (one, two) = (place.New("one", machines: [new("db", 20)]), place.New("two", machines: [new("db", 20)]));

        await Task.WhenAll(one.UpAsync(), two.UpAsync());

        one.Lookup("db").ShouldNotBe(two.Lookup("db"));
        one.Lookup("objects").ShouldNotBe(two.Lookup("objects"));
        (await one.SshAsync("db", $"curl -sS -m 2 telnet://{two.Lookup("db")}:22 </dev/null")).Error.ShouldContain("connect");
        await one.DownAsync();
        Remains.Of(one.StateDirectory).ShouldBeEmpty();
        (await two.SshAsync("db", "hostname")).Output.ShouldBe("db\n");
        (await two.StatusAsync()).Objects.Running.ShouldBeTrue();
    }

    [Fact]
    public async Task The_object_store_checks_its_keys_and_keeps_objects_over_a_restart()
    {
        var environment = place.New("objects", machines: [new("db", 20)]);
        environment.Secrets.Ensure();
        await environment.Objects.UpAsync();
        using (var client = Client(environment, environment.Secrets.Read("r2-secret-key")))
        {
            foreach (var bucket in new[] { LocalObjectStore.ArtifactBucket, LocalObjectStore.BackupBucket })
            {
                await client.PutObjectAsync(
                    new PutObjectRequest { BucketName = bucket, Key = "a/b", ContentBody = bucket, UseChunkEncoding = false });
            }
        }

        using (var stranger = Client(environment, "wrong"))
        {
            var refused = await Should.ThrowAsync<AmazonS3Exception>(() => stranger.GetObjectAsync(LocalObjectStore.BackupBucket, "a/b"));
            refused.ErrorCode.ShouldBe("SignatureDoesNotMatch");
        }

        await environment.Objects.DownAsync();
        environment.Objects.Status().Running.ShouldBeFalse();
        await environment.Objects.UpAsync();

        using (var client = Client(environment, environment.Secrets.Read("r2-secret-key")))
        {
            using var back = await client.GetObjectAsync(LocalObjectStore.BackupBucket, "a/b");
            (await new StreamReader(back.ResponseStream, Encoding.UTF8).ReadToEndAsync()).ShouldBe(LocalObjectStore.BackupBucket);
        }
    }

    private static AmazonS3Client Client(LocalEnvironment environment, string secret) => new(
        new BasicAWSCredentials(environment.Secrets.Read("r2-access-key"), secret),
        new AmazonS3Config
        {
            ServiceURL = environment.Lookup("objects"),
            ForcePathStyle = true,
            AuthenticationRegion = "auto",
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });
}
