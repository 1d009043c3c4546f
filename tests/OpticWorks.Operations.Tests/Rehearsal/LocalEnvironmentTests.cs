using System.Runtime.Versioning;
using System.Text.Json;
using OpticWorks.Operations.Rehearsal;

namespace OpticWorks.Operations.Tests.Rehearsal;

[SupportedOSPlatform("linux")]
public sealed class LocalEnvironmentTests
{
    [Fact]
    public void Before_the_first_up_nothing_has_an_address_and_looking_makes_nothing()
    {
        using var folder = new TemporaryFolder();
        var environment = Environment(folder);

        environment.Lookup("lb").ShouldBeNull();
        environment.Lookup("objects").ShouldBeNull();
        environment.Lookup("nonsense").ShouldBeNull();
        environment.Lookup("secret-nonsense").ShouldBeNull();
        environment.Lookup("knownHosts").ShouldBe(folder["state/known_hosts"]);
        environment.Lookup("secret-backup-key").ShouldBe(folder["state/secrets/backup-key"]);
        Directory.Exists(folder["state"]).ShouldBeFalse();
    }

    [Fact]
    public void A_claimed_network_gives_addresses_to_all_machines()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["state"]);
        var claimed = NetworkClaim.Claim(folder["state"]);
        var environment = Environment(folder);

        environment.Lookup("api-2").ShouldBe($"{claimed.Subnet}.12");
        environment.Lookup("gateway").ShouldBe($"{claimed.Subnet}.1");
        NetworkClaim.Claim(folder["state"]).ShouldBe(claimed);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"Id":"000000","Subnet":"10.64.0","Folder":"/somewhere/else"}""")]
    public void A_claim_that_is_broken_or_of_another_folder_is_none(string text)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["state"]);
        File.WriteAllText(folder["state/network.json"], text);

        Environment(folder).Network.ShouldBeNull();
    }

    [Fact]
    public async Task A_path_that_a_mount_option_cannot_hold_is_refused_before_anything_is_made()
    {
        using var folder = new TemporaryFolder();
        var environment = new LocalEnvironment(folder["a,b"], folder["cache"], NoTools, new Recorder());

        var error = await Should.ThrowAsync<OperationException>(() => environment.UpAsync());

        error.ExitCode.ShouldBe(ExitCodes.Configuration);
        error.Seen!.ShouldContain("a,b");
        Directory.Exists(folder["a,b"]).ShouldBeFalse();
    }

    [Fact]
    public void Secrets_are_made_once_private_and_of_their_length()
    {
        using var folder = new TemporaryFolder();
        var secrets = new LocalSecrets(folder["secrets"]);
        secrets.Ensure();
        var first = LocalSecrets.Names.ToDictionary(name => name, secrets.Read);
        secrets.Ensure();

        LocalSecrets.Names.ToDictionary(name => name, secrets.Read).ShouldBe(first);
        first.Values.Distinct().Count().ShouldBe(first.Count);
        Convert.FromBase64String(first["backup-key"]).Length.ShouldBe(32);
        foreach (var name in LocalSecrets.Names)
            File.GetUnixFileMode(secrets.File(name)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void A_status_as_json_names_its_state() =>
        JsonSerializer.Serialize(new MachineStatus("lb", MachineState.Degraded, "10.70.8.10", null, null, null, "failed: a.service"))
            .ShouldContain("\"State\":\"Degraded\"");

    private static LocalEnvironment Environment(TemporaryFolder folder) => new(folder["state"], folder["cache"], NoTools, new Recorder());

    private static Task<OpticWorks.Operations.Toolchain.Tool> NoTools(
        OpticWorks.Operations.Toolchain.PinnedProgram program, CancellationToken cancellationToken) =>
        throw OperationException.Configuration($"{program} is not available");
}
