using System.Text;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Tests.Environments;

public sealed class AnsibleInventoryTests : IDisposable
{
    /// <summary>In the form of ansible-core 2.14: an inventory in YAML with a group of groups, host_vars and group_vars.</summary>
    private const string Listed = """
        {
            "_meta": {
                "hostvars": {
                    "api-1": { "ansible_host": "10.0.1.11", "ansible_port": 2222, "ansible_user": "deploy", "medusa_instances": [ 9001, 9002 ] },
                    "api-2": { "ansible_host": "10.0.1.12", "ansible_user": "deploy" },
                    "db": { "ansible_host": "10.0.1.20" },
                    "lb": { "ansible_port": "22" }
                }
            },
            "all": { "children": [ "ungrouped", "balancer", "medusa", "database" ] },
            "balancer": { "hosts": [ "lb" ] },
            "blue": { "hosts": [ "api-1" ] },
            "database": { "hosts": [ "db" ] },
            "green": { "hosts": [ "api-2", "api-1" ] },
            "medusa": { "children": [ "blue", "green" ] }
        }
        """;

    private readonly EnvironmentFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Groups_become_hosts()
    {
        var hosts = AnsibleInventory.Parse(Listed);

        hosts.Problems.ShouldBeEmpty();
        hosts.Backends.Select(host => (host.Name, host.Address, host.Port, host.User, string.Join(',', host.Instances))).ShouldBe(
            [("api-1", "10.0.1.11", 2222, "deploy", "9001,9002"), ("api-2", "10.0.1.12", 22, "deploy", "9001")]);
        hosts.Balancer.ShouldBe(new HostSettings { Name = "lb", Address = "lb" });
        hosts.Database.ShouldBe(new HostSettings { Name = "db", Address = "10.0.1.20" });
    }

    [Theory]
    [InlineData("\"hosts\": [ \"lb\" ]", "\"hosts\": []", "group \"balancer\" has no host")]
    [InlineData("\"hosts\": [ \"db\" ]", "\"hosts\": [ \"db\", \"lb\" ]", "group \"database\" has 2 hosts (db, lb) and must have one")]
    [InlineData("[ \"blue\", \"green\" ]", "[ \"medusa\" ]", "group \"medusa\" has no hosts")]
    [InlineData("2222", "\"ssh\"", "host api-1: ansible_port \"ssh\" is not a port (1-65535)")]
    [InlineData("[ 9001, 9002 ]", "\"9001\"", "host api-1: medusa_instances is not a list of ports")]
    [InlineData("[ 9001, 9002 ]", "[ 9001, 9001 ]", "host api-1: medusa_instances lists a port twice")]
    [InlineData("[ 9001, 9002 ]", "[ 0 ]", "host api-1: medusa_instances \"0\" is not a port (1-65535)")]
    [InlineData("10.0.1.11", "{{ api_address }}", "host api-1: ansible_host \"{{ api_address }}\" is not an IP address, a host name or an alias of ~/.ssh/config")]
    [InlineData("10.0.1.20\"", "10.0.1.20\", \"ansible_user\": \"a b\"", "host db: ansible_user \"a b\" is not a user name (lower-case letters, digits, _ and -, at most 32)")]
    public void What_cannot_be_used_is_named(string valid, string broken, string problem)
    {
        Listed.ShouldContain(valid);

        AnsibleInventory.Parse(Listed.Replace(valid, broken)).Problems.ShouldBe([problem]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{ \"_meta\": 1, \"medusa\": { \"hosts\": [\"a\"] } }")]
    public void What_is_no_list_of_groups_says_so(string text) =>
        AnsibleInventory.Parse(text).Problems.ShouldBe(["ansible-inventory printed no list of groups and hosts"]);

    [Fact]
    public void An_environment_takes_its_hosts_from_there()
    {
        var environment = Load(WithInventory(), Listed);

        environment.Inventory.ShouldBe("/store/hosts.yml");
        environment.AllHosts.Select(host => host.Name).ShouldBe(["lb", "api-1", "api-2", "db"]);
        environment.Balancer.Backend.ShouldBe("medusa");
    }

    [Fact]
    public void An_inventory_s_mistakes_are_mistakes_of_the_file()
    {
        var error = Should.Throw<EnvironmentFileException>(() => Load(WithInventory(), Listed.Replace("2222", "0")));

        error.Mistakes.ShouldBe([new EnvironmentMistake(2, "inventory", "\"hosts.yml\": host api-1: ansible_port \"0\" is not a port (1-65535)")]);
    }

    [Fact]
    public void Hosts_have_one_source()
    {
        var text = EnvironmentFolder.Valid.Replace("\"name\": \"staging\",", "\"name\": \"staging\", \"inventory\": \"hosts.yml\",");

        var error = Should.Throw<EnvironmentFileException>(() => Load(text, Listed));

        error.Mistakes.Select(mistake => (mistake.Path, mistake.Text)).ShouldBe(new[] { "hosts", "balancer.host", "database.host" }
            .Select(path => (path, "the inventory gives the hosts; remove either this or \"inventory\"")));
    }

    [Fact]
    public void An_inventory_that_does_not_exist_is_looked_for_in_the_store_and_in_the_root()
    {
        _folder.Write(".nuke/environments/staging.json", WithInventory());

        var error = Should.Throw<OperationException>(
            () => EnvironmentFile.Load(_folder.Root, "staging", storeDirectory: Path.Combine(_folder.Root, "store")));

        error.Message.ShouldBe("The inventory \"hosts.yml\" does not exist");
        error.Where.ShouldBe($"{_folder.Root}/store/hosts.yml\n{_folder.Root}/hosts.yml");
    }

    [Fact]
    public async Task Without_the_program_the_error_names_what_to_install()
    {
        var error = await Should.ThrowAsync<OperationException>(
            () => AnsibleInventory.ReadAsync(_folder.Write("hosts.yml", ""), CancellationToken.None, "no-ansible-inventory-here"));

        (error.ExitCode, error.Next).ShouldBe(
            (ExitCodes.Configuration, "install ansible-core (for example: pipx install ansible-core), then run the command again"));
    }

    [AnsibleFact]
    public async Task The_real_program_reads_a_real_inventory()
    {
        var path = _folder.Write("store/hosts.yml", """
            all:
              children:
                balancer: { hosts: { lb: { ansible_host: 10.0.1.10 } } }
                database: { hosts: { db: { ansible_host: 10.0.1.20 } } }
                medusa:
                  hosts: { api-1: { ansible_host: 10.0.1.11, ansible_port: 2222 }, api-2: { ansible_host: 10.0.1.12 } }
                  vars: { ansible_user: deploy, medusa_instances: [9001, 9002] }
            """);

        var hosts = await AnsibleInventory.ReadAsync(path, CancellationToken.None);

        hosts.Problems.ShouldBeEmpty();
        hosts.Backends.Select(host => (host.Name, host.Port, string.Join(',', host.Instances))).ShouldBe(
            [("api-1", 2222, "9001,9002"), ("api-2", 22, "9001,9002")]);
    }

    [AnsibleFact]
    public async Task The_real_program_s_refusal_does_not_quote_the_file()
    {
        var path = _folder.Write("store/hosts.yml", "all:\n  vars:\n    ansible_password: \"hunter2\n");

        var error = await Should.ThrowAsync<OperationException>(() => AnsibleInventory.ReadAsync(path, CancellationToken.None));

        error.ExitCode.ShouldBe(ExitCodes.Configuration);
        error.Explain().ShouldNotContain("hunter2");
    }

    private StoreEnvironment Load(string text, string listed) =>
        EnvironmentFile.Parse(Encoding.UTF8.GetBytes(text), "staging", _folder.Root, null, inventory =>
            (inventory == "hosts.yml" ? "/store/hosts.yml" : "", AnsibleInventory.Parse(listed)));

    private static string WithInventory()
    {
        var lines = EnvironmentFolder.Valid.Replace("\"name\": \"staging\",", "\"name\": \"staging\", \"inventory\": \"hosts.yml\",").Split('\n').ToList();
        lines.RemoveAll(line => line.Contains("\"host\":"));
        var hosts = lines.FindIndex(line => line.Contains("\"hosts\":"));
        lines.RemoveRange(hosts, 4);
        return string.Join('\n', lines);
    }
}
