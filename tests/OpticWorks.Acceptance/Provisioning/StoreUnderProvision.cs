using System.Collections.Concurrent;
using OpticWorks.Operations;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Provisioning;

namespace OpticWorks.Acceptance.Provisioning;

/// <summary>The store's four machines as an environment, and ways to look at them.</summary>
internal sealed class StoreUnderProvision(StoreMachines machines) : INarrator
{
    public const string DatabasePassword = "p4ss \"word\\ %$'";

    public const string RedisPassword = "r3d\"is\\ %$' word";

    public ConcurrentQueue<string> Lines { get; } = new();

    public StoreEnvironment Environment { get; init; } = Describe(machines);

    public static StoreEnvironment Describe(StoreMachines machines) => new()
    {
        Name = "local",
        KnownHosts = machines.KnownHosts,
        IdentityFile = machines.IdentityFile,
        Storefront = new() { Url = new Uri("http://localhost"), Worker = "storefront" },
        Api = new() { Url = new Uri("http://localhost") },
        Hosts =
        [
            new() { Name = "api-1", Address = machines.Address("api-1"), Instances = [9001, 9002] },
            new() { Name = "api-2", Address = machines.Address("api-2"), Instances = [9001, 9002] },
        ],
        Balancer = new() { Host = new() { Name = "lb", Address = machines.Address("lb") }, Backend = "medusa" },
        Database = new()
        {
            Host = new() { Name = "db", Address = machines.Address("db") },
            Name = "medusa-local",
            User = "medusa",
            Password = new(SecretSource.Env, "DATABASE_PASSWORD"),
            Managed = true,
        },
        Redis = new() { Address = $"{machines.Address("db")}:6379", Password = new(SecretSource.Env, "REDIS_PASSWORD"), HostName = "db" },
        Artifacts = new() { Bucket = "artifacts" },
        Backups = new()
        {
            Endpoint = new Uri("http://localhost"),
            Bucket = "backups",
            AccessKey = new(SecretSource.Env, "A"),
            SecretKey = new(SecretSource.Env, "B"),
        },
        Stripe = new() { Mode = StripeMode.Test },
    };

    /// <param name="wrap">What the connections go through, for example a fault.</param>
    public Provisioner Provisioner(StoreEnvironment? environment = null, Func<IHost, IHost>? wrap = null) => new(
        environment ?? Environment,
        host => (wrap ?? (same => same))(Connect(host.Name, host.ProvisionUser)),
        reference => reference.Location == "REDIS_PASSWORD" ? RedisPassword : DatabasePassword,
        machines.Node.Path, machines.Node.Version.TrimStart('v'), PublicKey, this);

    public async Task<ProvisionPlan> ProvisionAsync(StoreEnvironment? environment = null)
    {
        var provisioner = Provisioner(environment);
        var plan = await provisioner.PlanAsync(CancellationToken.None);
        await provisioner.ApplyAsync(plan, CancellationToken.None);
        return plan;
    }

    public SshHost Connect(string machine, string user) => new(machine, machines.Address(machine), 22, user,
        new SshOptions(machines.Client, machines.KnownHosts, machines.IdentityFile, SshOptions.DefaultControlDirectory()));

    public Task<HostResult> AsRootAsync(string machine, string script) => Connect(machine, "root").RunAsync(ShellCommand.Script(script));

    public Task<HostResult> AsDeployAsync(string machine, string script) => Connect(machine, "deploy").RunAsync(ShellCommand.Script(script));

    /// <summary>Every path that provisioning may write to, with owner, permissions and time of the last change of any kind.</summary>
    public async Task<string> FilesAsync()
    {
        var answers = await Task.WhenAll(new[] { "lb", "api-1", "api-2", "db" }.Select(machine => AsRootAsync(machine,
            "find /etc /opt /home /usr/local /var/lib/opticworks /var/lib/haproxy -xdev -printf '%p %i %y %m %u %g %C@ %l\\n' 2>/dev/null | sort; "
            + "getent passwd; getent group")));
        return string.Join('\n', answers.Select(answer => answer.Output));
    }

    public void Say(string topic, string text) => Lines.Enqueue($"{topic}: {text}");

    public void Warn(string topic, string text) => Lines.Enqueue($"{topic}! {text}");

    public void Detail(string topic, string text) => Lines.Enqueue($"{topic}. {text}");

    private string PublicKey => File.ReadAllText(machines.IdentityFile + ".pub");
}
