using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Traffic;

namespace OpticWorks.Operations.Tests.Releases;

/// <summary>How much of its thread an instance needs, and would need for the requests of another one too.</summary>
public sealed class InstanceLoadTests
{
    [Fact]
    public void What_a_host_prints_is_read_and_what_is_none_of_it_passed_over() =>
        InstanceLoad.Parse("api-1", "9001 812 1500 430\n9002 900 12\nWarning: busy\n9003 -1 1 1\n9004 9 99999999999 1\n9002 901 7 3\n").ShouldBe(
        [
            new InstanceLoad("api-1:9001", 812, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(4.3)),
            new InstanceLoad("api-1:9002", 901, TimeSpan.FromSeconds(0.07), TimeSpan.FromSeconds(0.03)),
        ]);

    /// <summary>Percents of a core over one second, of instances a, b, c … that were just started.</summary>
    public static TheoryData<string, int[], int, int, string?> Cases => new()
    {
        { "one of two: it would get twice as much", [65], 2, 1, "a 1.30" },
        { "warm", [39], 2, 1, "a 0.78" },
        { "of four each gets a third more", [15, 66, 45], 4, 1, "b 0.88" },
        { "two of four are drained at once", [33, 20], 4, 2, "a 0.66" },
        { "nobody is drained", [30, 52], 2, 0, "b 0.52" },
        { "more drained than there are", [20], 2, 5, "a 0.40" },
        { "equal ones by name", [20, 20], 2, 0, "a 0.20" },
        { "none", [], 2, 1, null },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Busiest_is_the_one_with_most_to_do(string why, int[] percents, int instances, int drained, string? expected)
    {
        var before = percents.Select((_, i) => Load(i, 7, 5, 3)).ToArray();
        var after = percents.Select((percent, i) => Load(i, 7, 6, 3 + percent / 100.0)).ToArray();

        var busiest = InstanceLoad.Busiest(before, after, instances, drained);

        (busiest is { } found ? FormattableString.Invariant($"{found.Instance} {found.Share:0.00}") : null).ShouldBe(expected, why);
    }

    [Fact]
    public void Another_process_and_a_clock_that_stood_still_say_nothing()
    {
        InstanceLoad.Busiest([Load(1, 7, 20, 10)], [Load(1, 8, 1, 1)], 2, 1).ShouldBeNull();
        InstanceLoad.Busiest([Load(1, 7, 20, 10)], [Load(1, 7, 20, 10.5)], 2, 1).ShouldBeNull();
    }

    /// <summary>With a systemctl that names this test's own process, whose threads have names with spaces and parentheses.</summary>
    [Fact]
    public async Task The_command_reads_a_process_that_runs_and_leaves_out_what_does_not()
    {
        var command = InstanceLoad.ReadCommand([9001, 9002]).ToString();
        var fake = $$"""systemctl() { case $* in *9001*) echo {{Environment.ProcessId}};; *) echo 0;; esac; }; export -f systemctl; """;

        var result = (await LocalProcess.RunAsync(new LocalCommand("bash", "-c", fake + command))).OrFail("the command");

        var load = InstanceLoad.Parse("here", result.Output).ShouldHaveSingleItem();
        load.Process.ShouldBe(Environment.ProcessId);
        load.Busy.ShouldBeGreaterThan(TimeSpan.Zero);
        var age = DateTime.Now - System.Diagnostics.Process.GetCurrentProcess().StartTime;
        load.Age.ShouldBeInRange(age - TimeSpan.FromMinutes(1), age + TimeSpan.FromSeconds(1));
    }

    /// <summary>Three that would each take a whole core share one: each needs all of it, though it gets a third.</summary>
    [Fact]
    public async Task A_thread_that_waits_for_a_core_is_busy()
    {
        const string three =
            """
            core=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')
            for _ in 1 2 3; do taskset -c "$core" bash -c 'while ((SECONDS < 20)); do :; done' & all+=($!); done
            sleep 0.5
            one=$!
            systemctl() { echo "$one"; }
            export one; export -f systemctl

            """;

        var result = (await LocalProcess.RunAsync(new LocalCommand("bash", "-c", $"{three}{InstanceLoad.ReadCommand([9001])}; kill \"${{all[@]}}\""))).OrFail("the command");

        var load = InstanceLoad.Parse("here", result.Output).ShouldHaveSingleItem();
        (load.Busy / load.Age).ShouldBeGreaterThan(0.7);
    }

    /// <summary>Servers with their requests and failures; a is the one that leaves.</summary>
    [Theory]
    [InlineData("a 100 1, b 100 0", "a 400 4, b 250 0", "failed 3 of 300 requests")]
    [InlineData("a 100 1, b 100 0", "a 401 4, b 250 90", null)]
    [InlineData("a 100 1, b 100 0", "a 110 3, b 110 0", null)]
    [InlineData("a 100 1, b 100 0", "a 100 1, b 100 0", null)]
    [InlineData("a 900 9, b 100 0", "a 10 4, b 110 5", null)]
    [InlineData("b 100 0", "a 200 90, b 200 0", null)]
    [InlineData("a 100 1", "", null)]
    public void An_instance_fails_with_one_request_in_a_hundred(string before, string now, string? said) =>
        InstanceRoom.Failures(Servers(before), Servers(now), "a").ShouldBe(said);

    private static InstanceLoad Load(int instance, int process, double age, double busy) =>
        new($"{(char)('a' + instance)}", process, TimeSpan.FromSeconds(age), TimeSpan.FromSeconds(busy));

    private static ServerState[] Servers(string text) =>
    [
        .. text.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(row => row.Split(' '))
            .Select(cells => new ServerState(cells[0], "UP", 0, 100, 100) { Requests = long.Parse(cells[1]), Failures = long.Parse(cells[2]) }),
    ];
}
