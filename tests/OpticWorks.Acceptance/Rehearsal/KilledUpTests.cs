using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Acceptance.Rehearsal;

/// <summary>kill -9 of the program at any point of an up: the next up works, and a down leaves nothing.</summary>
public sealed class KilledUpTests(LocalPlace place) : IClassFixture<LocalPlace>
{
    [Theory]
    [InlineData("bridge", false)]
    [InlineData("starting", true)]
    [InlineData("answers on SSH", false)]
    public async Task The_next_up_works_and_its_down_leaves_nothing(string at, bool withScripts)
    {
        var environment = place.New($"killed-{at.Length}-{withScripts}");
        (await Child.KillAtAsync(at, withScripts, "up", environment.StateDirectory, LocalPlace.Cache)).ShouldBeTrue();

        await environment.UpAsync();

        foreach (var machine in MachineSpec.Store)
            (await environment.SshAsync(machine.Name, "hostname; cat /etc/machine-id | wc -c")).Output.ShouldBe($"{machine.Name}\n33\n");
        environment.Objects.Status().Running.ShouldBeTrue();
        environment.Edge.Status().Running.ShouldBeTrue();
        await environment.DownAsync();
        Remains.Of(environment.StateDirectory).ShouldBeEmpty();
    }

    /// <summary>The moments between them.</summary>
    [Theory]
    [Trait("Tier", "Campaign")]
    [InlineData("keys and files prepared", false)]
    [InlineData("starting", false)]
    [InlineData("started", false)]
    [InlineData("started", true)]
    [InlineData("objects: ", false)]
    [InlineData("edge: ", true)]
    public Task The_next_up_works_too(string at, bool withScripts) => The_next_up_works_and_its_down_leaves_nothing(at, withScripts);

    [Theory]
    [InlineData("started", true)]
    public async Task A_down_right_after_leaves_nothing(string at, bool withScripts)
    {
        var environment = place.New($"ended-{at.Length}-{withScripts}");
        (await Child.KillAtAsync(at, withScripts, "up", environment.StateDirectory, LocalPlace.Cache)).ShouldBeTrue();

        await environment.DownAsync();

        Remains.Of(environment.StateDirectory).ShouldBeEmpty();
    }

    [Theory]
    [Trait("Tier", "Campaign")]
    [InlineData("starting", false)]
    [InlineData("answers on SSH", false)]
    public Task A_down_right_after_leaves_nothing_either(string at, bool withScripts) => A_down_right_after_leaves_nothing(at, withScripts);

    [Fact]
    public async Task Everything_is_found_by_name_when_the_notes_are_lost()
    {
        var environment = place.New("lost");
        await environment.UpAsync();
        // The files of the state folder, of its folders and of each machine; the machines' own trees lie one level deeper.
        string[] folders =
        [
            environment.StateDirectory, .. Directory.GetDirectories(environment.StateDirectory),
            .. Directory.GetDirectories(Path.Combine(environment.StateDirectory, "machines")),
        ];
        foreach (var file in folders.SelectMany(Directory.GetFiles))
            File.Delete(file);

        environment.Network.ShouldBeNull();
        await environment.DownAsync();

        Remains.Of(environment.StateDirectory).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_machine_whose_watcher_was_killed_starts_again_with_its_data()
    {
        var environment = place.New("unwatched", machines: [new("db", 20)]);
        await environment.UpAsync();
        await environment.SshAsync("db", "echo kept > /var/lib/kept; sync");
        using (var watcher = System.Diagnostics.Process.GetProcessById((await environment.StatusAsync()).Machines[0].Pid!.Value))
            watcher.Kill();
        await Wait.UntilAsync("nobody watches", async () => (await environment.StatusAsync()).Machines[0].State == MachineState.Stopped);

        await environment.UpAsync();

        (await environment.SshAsync("db", "cat /var/lib/kept")).Output.ShouldBe("kept\n");
    }

    [Fact]
    public async Task A_moved_checkout_ends_its_old_machines_and_a_copied_one_leaves_the_originals()
    {
        var original = place.New("original", machines: [new("db", 20)]);
        await original.UpAsync();
        var copy = place.New("copy", machines: [new("db", 20)]);
        Directory.CreateDirectory(copy.StateDirectory);
        File.Copy(Path.Combine(original.StateDirectory, "network.json"), Path.Combine(copy.StateDirectory, "network.json"));

        await copy.UpAsync();
        copy.Lookup("db").ShouldNotBe(original.Lookup("db"));
        await copy.DownAsync();
        (await original.SshAsync("db", "hostname")).Output.ShouldBe("db\n");

        Directory.Move(original.StateDirectory, place.Folder("moved"));
        var moved = place.New("moved", machines: [new("db", 20)]);
        await moved.UpAsync();
        (await moved.SshAsync("db", "hostname")).Output.ShouldBe("db\n");
        Remains.Of(original.StateDirectory).ShouldBeEmpty();
    }
}
