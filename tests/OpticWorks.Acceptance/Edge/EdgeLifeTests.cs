using System.Diagnostics;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Acceptance.Edge;

/// <summary>The edge outlives its starter, keeps its uploads over any death, and goes without a trace.</summary>
[Collection(EdgePlace.Collection)]
public sealed class EdgeLifeTests(EdgePlace place)
{
    [Fact]
    public async Task A_restart_keeps_uploads_and_deployment()
    {
        (await place.DeployAsync((place.First, 0), (place.Second, 100))).Status.ShouldBe(200);
        var (url, api) = (place.Edge.Url, place.Edge.Api);

        await place.Edge.DownAsync();
        place.Edge.Status().Running.ShouldBeFalse();
        RunFolder.ProcessesIn(place.Folder).ShouldBeEmpty();
        await place.Edge.UpAsync();

        (place.Edge.Url, place.Edge.Api).ShouldBe((url, api));
        (await place.VersionAsync()).ShouldBe(place.Second);
        (await place.VersionAsync(EdgePlace.Override(place.First))).ShouldBe(place.First);
        (await place.GetAsync("/of-second.txt")).Text.ShouldBe("of second\n");
    }

    [Fact]
    public async Task Killed_it_leaves_what_the_next_start_clears_away()
    {
        (await place.DeployAsync((place.Second, 100))).Status.ShouldBe(200);
        await place.VersionAsync();
        var before = RunFolder.ProcessesIn(place.Folder);
        before.Count.ShouldBeGreaterThan(1);
        // What an upload leaves that was killed before its version counted.
        var unfinished = Directory.CreateDirectory(Path.Combine(place.Folder, "state", "versions", $"{Guid.NewGuid()}"));

        using (var server = Process.GetProcessById(place.Edge.Status().Pid!.Value))
        {
            server.Kill();
            await server.WaitForExitAsync();
        }

        await place.Edge.UpAsync();

        (await place.VersionAsync()).ShouldBe(place.Second);
        before.ShouldAllBe(process => !process.IsAlive);
        unfinished.Refresh();
        unfinished.Exists.ShouldBeFalse();
        var running = place.Edge.Status().Pid;
        await place.Edge.UpAsync();
        place.Edge.Status().Pid.ShouldBe(running);
    }

    [Fact]
    public async Task A_runtime_that_was_killed_is_started_again()
    {
        (await place.DeployAsync((place.Second, 100))).Status.ShouldBe(200);
        await place.VersionAsync();
        var server = place.Edge.Status().Pid;
        foreach (var process in RunFolder.ProcessesIn(place.Folder).Where(process => process.Pid != server))
            await MarkedProcesses.SignalAsync("KILL", [process]);

        await Wait.UntilAsync("the version answers again", async () => (await place.GetAsync("/any")).Status == 200);

        place.Edge.Status().Pid.ShouldBe(server);
    }

    [Fact]
    public async Task The_death_of_its_starter_leaves_it_running_and_a_down_leaves_nothing()
    {
        await using var folder = await RunFolder.CreateAsync("starter");
        (await Child.KillAtAsync("edge: ", true, "edge", folder.Path)).ShouldBeTrue();
        var secrets = new LocalSecrets(folder.At("secrets"));
        var edge = new LocalEdge(folder.At("edge"), secrets, TestTools.In(LocalPlace.Cache), new Silence());
        edge.Status().Running.ShouldBeTrue();
        // Without its note too.
        File.Delete(Path.Combine(folder.At("edge"), "process"));

        await edge.DownAsync();

        RunFolder.ProcessesIn(folder.Path).ShouldBeEmpty();
        LoopbackPort.IsFree(edge.Port).ShouldBeTrue();
    }
}
