using System.Diagnostics;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Tests.Hosts;

/// <summary>How a command on a host says which process group it is, and how that is ended; through setsid, which is what sshd does.</summary>
public sealed class RemoteGroupTests
{
    private const string Leader = "opticworks-leader 4711 (bash) S 4700 4711 4711 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 1 0 123456 1 2";

    [Fact]
    public void The_leaders_line_is_read_and_taken_out()
    {
        RemoteGroup.Read(Leader).ShouldBe(new RemoteGroup(4711, 123456));
        RemoteGroup.Read(Leader.Replace("4711 4711 0", "9 9 0")).ShouldBeNull();
        RemoteGroup.Read("opticworks-leader ").ShouldBeNull();
        RemoteGroup.Read("error").ShouldBeNull();
        RemoteGroup.Strip($"motd\n{Leader}\nerror\n").ShouldBe("motd\nerror\n");
        RemoteGroup.Strip($"{Leader}\n").ShouldBe("");
        RemoteGroup.Strip($"{Leader}\nerror\n{RemoteGroup.Own255}\n").ShouldBe("error\n");
        RemoteGroup.Strip("error\n").ShouldBe("error\n");
    }

    [Fact]
    public async Task A_group_is_ended_with_all_its_children_also_those_that_ignore_it()
    {
        var (group, running) = await StartAsync("trap '' TERM; sleep 300 & sleep 300 & echo ready >&2; wait");

        await EndAsync(group, TimeSpan.FromMilliseconds(100));

        (await running.WaitAsync(TimeSpan.FromSeconds(30))).Succeeded.ShouldBeFalse();
        var left = (await LocalProcess.RunAsync(new LocalCommand("pgrep", "-g", $"{group.Id}"))).Output;
        left.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(pid => ProcessStamp.Read(int.Parse(pid)) is not null).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_group_gets_time_to_clean_up()
    {
        using var folder = new TemporaryFolder();
        var (group, running) = await StartAsync($"trap 'echo cleaned > {folder.At("x")}' EXIT; sleep 300 & echo ready >&2; wait");

        await EndAsync(group, TimeSpan.FromSeconds(20));

        await running.WaitAsync(TimeSpan.FromSeconds(30));
        File.ReadAllText(folder.At("x")).ShouldBe("cleaned\n");
    }

    [Fact]
    public async Task Somebody_elses_process_with_the_same_number_is_left_alone()
    {
        var (group, running) = await StartAsync("echo ready >&2; exec sleep 300");

        await EndAsync(group with { Started = group.Started - 1 }, TimeSpan.FromMilliseconds(100));

        (await Task.WhenAny(running, Task.Delay(100))).ShouldNotBe(running);
        await EndAsync(group, TimeSpan.FromMilliseconds(100));
        await running.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static async Task<(RemoteGroup Group, Task<ProcessResult> Running)> StartAsync(string script)
    {
        var leader = new TaskCompletionSource<RemoteGroup>(TaskCreationOptions.RunContinuationsAsynchronously);
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // bash -c of the announcement is the login shell that sshd starts; setsid -w stands for sshd.
        var text = RemoteGroup.Announced(ShellCommand.Script(script));
        var running = LocalProcess.RunAsync(new LocalCommand("setsid", "-w", "bash", "-c", text), line =>
        {
            if (RemoteGroup.Read(line) is { } group)
                leader.TrySetResult(group);
            if (line == "ready")
                ready.TrySetResult();
        });
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(30));
        return (await leader.Task.WaitAsync(TimeSpan.FromSeconds(30)), running);
    }

    private static async Task EndAsync(RemoteGroup group, TimeSpan limit) =>
        (await LocalProcess.RunAsync(new LocalCommand("sh", "-c", group.EndCommand(limit).ToString()))).Succeeded.ShouldBeTrue();
}
