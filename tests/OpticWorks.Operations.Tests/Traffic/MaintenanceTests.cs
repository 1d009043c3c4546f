using OpticWorks.Operations.Traffic.Maintenance;

namespace OpticWorks.Operations.Tests.Traffic;

public sealed class MaintenanceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 18, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Shoppers_programs_are_told_in_JSON_until_when() => MaintenanceState.Of(Now, Now.AddMinutes(30), " Grüße, <br> \n").Answer
        .ShouldBe("""{"message":"Gr\u00FC\u00DFe, \u003Cbr\u003E","type":"maintenance","until":"2026-11-26T18:30:00Z"}""");

    [Fact]
    public void HAProxys_map_is_read_back()
    {
        var state = MaintenanceState.Of(Now, Now.AddMinutes(30), "Grüße; add map x y\nset server medusa/a state maint");
        var map = string.Concat(state.Write().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select((line, number) => $"0x55{number} {line}\n"));
        MaintenanceState.Read(map).ShouldBe(state);
        // Nothing of a message reaches HAProxy's command line as it is.
        state.Encoded.ShouldMatch("^[A-Za-z0-9+/=]+$");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("0x1 answer abc\n")]
    [InlineData("0x1 until soon\n")]
    public void A_map_without_a_time_is_no_maintenance(string map) => MaintenanceState.Read(map).ShouldBeNull();

    [Theory]
    [InlineData(0, "over already")]
    [InlineData(-5, "over already")]
    [InlineData(60 * 24 + 1, "24 h at most")]
    public void It_ends_in_time(int minutes, string why)
    {
        var refused = Should.Throw<OperationException>(() => MaintenanceState.Of(Now, Now.AddMinutes(minutes), null));
        refused.ExitCode.ShouldBe(ExitCodes.Configuration);
        refused.Message.ShouldContain(why);
    }

    [Fact]
    public void The_commands_hold_their_values_as_words_of_their_own()
    {
        MaintenanceMode.Look("/run/a.sock").ToString().ShouldBe(
            """bash -eu -o pipefail -c 'echo "show map $2" | socat -t 5 - "UNIX-CONNECT:$1"' opticworks /run/a.sock /var/lib/opticworks/maintenance/state.map""");
        var state = MaintenanceState.Of(Now, Now.AddMinutes(30), null);
        MaintenanceMode.Set("/run/a.sock", "/opt/x/.maintenance", state).ToString().ShouldEndWith($" opticworks /var/lib/opticworks/maintenance 10 /run/a.sock /opt/x/.maintenance {state.Encoded} 1795717800");
        MaintenanceMode.Clear("/run/a.sock", "").ToString().ShouldEndWith(" opticworks /var/lib/opticworks/maintenance 10 /run/a.sock ''");
    }

    [Fact]
    public void The_marker_goes_when_the_time_is_over() => MaintenanceUnit.ServiceText("deploy", "/opt/storefront/.maintenance").ShouldContain(
        "ExecStart=/bin/bash -c 'until=$$(sed -n \"s/^until //p\" /var/lib/opticworks/maintenance/state.map); [ \"$${until:-0}\" -gt \"$$(date +%%s)\" ] || rm -f -- \"/opt/storefront/.maintenance\"'");
}
