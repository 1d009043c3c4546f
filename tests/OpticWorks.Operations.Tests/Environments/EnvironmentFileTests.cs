using System.Text;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Tests.Environments;

public sealed class EnvironmentFileTests : IDisposable
{
    private static readonly Dictionary<string, string> Up = new()
    {
        ["knownHosts"] = "/checkout/.nuke/temp/local/known_hosts",
        ["identityFile"] = "/checkout/.nuke/temp/local/id",
        ["lb"] = "10.88.77.10",
        ["api-1"] = "10.88.77.11",
        ["api-2"] = "10.88.77.12",
        ["db"] = "10.88.77.14",
        ["objects"] = "http://127.0.0.1:41207/cdn-cgi/local/r2/s3",
        ["storefront-port"] = "41208",
        ["cloudflare-api"] = "http://127.0.0.1:41209/client/v4",
        ["cloudflare-account"] = "10ca10ca10ca10ca10ca10ca10ca10ca",
        ["publishable-key"] = "pk_not-seeded",
    };

    private readonly EnvironmentFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_setting_arrives_where_it_belongs()
    {
        _folder.Write("keys/known", "");
        var environment = _folder.Load("""
            {
              "$schema": "../environment.schema.json",
              "name": "staging", "protected": true, "knownHosts": "keys/known", "identityFile": "keys/id",
              "storefront": { "url": "https://a.works", "worker": "shop", "wranglerEnvironment": "stage",
                "account": "0123456789abcdef0123456789abcdef", "api": "https://c.works/v4", "variables": { "NEXT_PUBLIC_A": "b" }, "token": "env:T", "plan": "free",
                "pages": ["/", "/p?q=1"], "secrets": { "SIGNING": "env:S" }, "domains": ["a.works"], "crons": ["*/5 * * * *"] },
              "api": { "url": "https://b.works:8443", "health": "/up", "criticalPaths": ["/store/carts"] },
              "hosts": [{ "name": "api-1", "address": "alias_1", "port": 2222, "user": "d", "provisionUser": "p", "instances": [9007] }],
              "balancer": { "host": { "name": "lb", "address": "fe80::1" }, "backend": "be", "socket": "/run/x.sock", "port": 80 },
              "database": { "host": { "name": "db", "address": "10.0.0.1" }, "address": "10.0.0.2", "port": 5433, "name": "n",
                "user": "u", "password": "file:a b", "tunnel": false },
              "redis": { "address": "[::1]:6380", "password": "command:pass show 'redis staging'", "hostName": "db" },
              "artifacts": { "bucket": "art", "prefix": "x/y/" },
              "backups": { "endpoint": "https://r2.works/s3", "bucket": "bak", "prefix": "z/", "accessKey": "env:A", "secretKey": "env:S",
                "encryptionKey": "env:E", "retention": { "last": 1, "daily": 0, "weekly": 3, "monthly": 4 }, "freshWithin": "2d" },
              "stripe": { "mode": "live" },
              "canary": { "steps": [1, 100], "dwell": "500ms", "errorRate": 0.02, "p95": "1.5s", "falseAlarm": 0.001, "inconclusive": "undo" },
              "releases": { "keep": 2, "directory": "/srv/medusa", "maxUnavailable": "2" },
              "variables": { "JWT_SECRET": "env:J", "FLAG": "text:on: yes" }, "notify": { "slack": "env:H" }, "inventory": null
            }
            """);

        environment.ShouldSatisfyAllConditions(
            () => environment.Protected.ShouldBeTrue(),
            () => environment.KnownHosts.ShouldBe(Path.Combine(_folder.Root, "keys/known")),
            () => environment.IdentityFile.ShouldBe(Path.Combine(_folder.Root, "keys/id")),
            () => environment.Storefront.ShouldBe(new StorefrontSettings
            {
                Url = new Uri("https://a.works"),
                Worker = "shop",
                WranglerEnvironment = "stage",
                Account = "0123456789abcdef0123456789abcdef",
                Api = new Uri("https://c.works/v4"),
                Token = new SecretReference(SecretSource.Env, "T"),
                Plan = WorkerPlan.Free,
                Pages = environment.Storefront.Pages,
                Secrets = environment.Storefront.Secrets,
                Domains = environment.Storefront.Domains,
                Crons = environment.Storefront.Crons,
                Variables = environment.Storefront.Variables,
            }),
            () => environment.Storefront.Pages.ShouldBe(["/", "/p?q=1"]),
            () => environment.Storefront.Secrets["SIGNING"].ShouldBe(new SecretReference(SecretSource.Env, "S")),
            () => environment.Storefront.Domains.ShouldBe(["a.works"]),
            () => environment.Storefront.Crons.ShouldBe(["*/5 * * * *"]),
            () => environment.Storefront.Variables["NEXT_PUBLIC_A"].ShouldBe("b"),
            () => (environment.Api.Url.ToString(), environment.Api.Health).ShouldBe(("https://b.works:8443/", "/up")),
            () => environment.Api.CriticalPaths.ShouldBe(["/store/carts"]),
            () => (environment.Hosts[0] with { Instances = [] }).ToString().ShouldBe(
                new BackendHost { Name = "api-1", Address = "alias_1", Port = 2222, User = "d", ProvisionUser = "p", Instances = [] }.ToString()),
            () => environment.Hosts[0].Instances.ShouldBe([9007]),
            () => environment.Balancer.ShouldBe(new BalancerSettings
            {
                Host = new HostSettings { Name = "lb", Address = "fe80::1" },
                Backend = "be",
                Socket = "/run/x.sock",
                Port = 80,
            }),
            () => environment.Database.ShouldBe(new DatabaseSettings
            {
                Host = new HostSettings { Name = "db", Address = "10.0.0.1" },
                Address = "10.0.0.2",
                Port = 5433,
                Name = "n",
                User = "u",
                Password = new SecretReference(SecretSource.File, "a b"),
                Tunnel = false,
            }),
            () => environment.Redis.ShouldBe(new RedisSettings
            {
                Address = "[::1]:6380",
                Password = new SecretReference(SecretSource.Command, "pass show 'redis staging'"),
                HostName = "db",
            }),
            () => environment.Artifacts.ShouldBe(new ArtifactSettings { Bucket = "art", Prefix = "x/y/" }),
            () => environment.Backups.ShouldBe(new BackupSettings
            {
                Endpoint = new Uri("https://r2.works/s3"),
                Bucket = "bak",
                Prefix = "z/",
                AccessKey = new SecretReference(SecretSource.Env, "A"),
                SecretKey = new SecretReference(SecretSource.Env, "S"),
                EncryptionKey = new SecretReference(SecretSource.Env, "E"),
                Retention = new RetentionSettings { Last = 1, Daily = 0, Weekly = 3, Monthly = 4 },
                FreshWithin = TimeSpan.FromDays(2),
            }),
            () => environment.Stripe.Mode.ShouldBe(StripeMode.Live),
            () => environment.Canary.Steps.ShouldBe([1, 100]),
            () => (environment.Canary with { Steps = [] }).ToString().ShouldBe(new CanarySettings
            {
                Steps = [],
                Dwell = TimeSpan.FromMilliseconds(500),
                ErrorRate = 0.02,
                P95 = TimeSpan.FromSeconds(1.5),
                FalseAlarm = 0.001,
                Inconclusive = InconclusivePolicy.Undo,
            }.ToString()),
            () => environment.Releases.ShouldBe(new ReleaseSettings { Keep = 2, Directory = "/srv/medusa", MaxUnavailable = "2" }),
            () => environment.Variables["FLAG"].ShouldBe(new SecretReference(SecretSource.Text, "on: yes")),
            () => environment.Inventory.ShouldBeNull(),
            () => environment.AllHosts.Select(host => host.Name).ShouldBe(["lb", "api-1", "db"]),
            () => environment.Secrets.Select(secret => secret.Name).ShouldBe(["database.password", "redis.password", "backups.accessKey",
                "backups.secretKey", "backups.encryptionKey", "storefront.token", "storefront.secrets.SIGNING", "variables.JWT_SECRET", "variables.FLAG", "notify.slack"]));
    }

    [Fact]
    public void What_the_file_does_not_say_has_the_model_s_default()
    {
        var environment = _folder.Load(EnvironmentFolder.Valid);

        environment.ShouldSatisfyAllConditions(
            () => environment.Protected.ShouldBeFalse(),
            () => environment.Local.ShouldBeFalse(),
            () => environment.Database.Port.ShouldBe(5432),
            () => environment.Hosts[1].ProvisionUser.ShouldBe("root"),
            () => environment.Canary.P95.ShouldBe(TimeSpan.FromSeconds(2)),
            () => environment.Releases.ShouldBe(new ReleaseSettings()),
            () => environment.Variables.ShouldBeEmpty());
    }

    [Theory]
    [InlineData("staging")]
    [InlineData("production")]
    public void The_checked_in_environments_are_usable(string name)
    {
        var environment = EnvironmentFile.Load(EnvironmentFolder.Repository(), name);

        (environment.Name, environment.Protected, environment.Stripe.Mode, environment.Database.Name).ShouldBe(
            (name, name == "production", name == "production" ? StripeMode.Live : StripeMode.Test, $"medusa-{name}"));
    }

    [Fact]
    public void The_local_environment_is_filled_by_what_is_up()
    {
        _folder.Write(".nuke/temp/local/known_hosts", "");
        var values = new Dictionary<string, string>(Up) { ["knownHosts"] = Path.Combine(_folder.Root, ".nuke/temp/local/known_hosts") };
        var environment = EnvironmentFile.Load(EnvironmentFolder.Repository(), "local", values.GetValueOrDefault);

        environment.ShouldSatisfyAllConditions(
            () => environment.Local.ShouldBeTrue(),
            () => environment.Hosts.Select(host => host.Address).ShouldBe(["10.88.77.11", "10.88.77.12"]),
            () => environment.Redis.Address.ShouldBe("10.88.77.14:6379"),
            () => environment.Storefront.Url.ToString().ShouldBe("http://127.0.0.1:41208/"),
            () => environment.Storefront.Api.ToString().ShouldBe("http://127.0.0.1:41209/client/v4"),
            () => environment.Storefront.Account.ShouldBe("10ca10ca10ca10ca10ca10ca10ca10ca"),
            () => environment.Api.Url.ToString().ShouldBe("http://10.88.77.10:8080/"),
            () => environment.Backups.Endpoint.ToString().ShouldBe(Up["objects"]),
            () => environment.IdentityFile.ShouldBe("/checkout/.nuke/temp/local/id"));
    }

    [Fact]
    public void Without_machines_the_local_environment_says_how_to_get_them()
    {
        var error = Should.Throw<OperationException>(() => EnvironmentFile.Load(EnvironmentFolder.Repository(), "local"));

        error.Explain().ShouldBe("""
            The local environment is not up (exit 2)
              where   .nuke/environments/local.json
              next    ./build.sh LocalUp
            """);
    }

    [Fact]
    public void Half_a_local_environment_names_what_it_lacks()
    {
        var text = EnvironmentFolder.Valid.Replace("\"name\": \"staging\",", "\"name\": \"staging\", \"local\": true,")
            .Replace("10.0.2.11", "${local:api-1}").Replace("10.0.2.12", "${local:api-2}");

        var error = Should.Throw<OperationException>(() => _folder.Load(text, key => key == "api-1" ? "10.1.1.1" : null));

        error.Seen.ShouldBe("it does not say what api-2 is");
    }

    [Fact]
    public void A_filled_value_is_checked_like_any_other()
    {
        var text = EnvironmentFolder.Valid.Replace("\"name\": \"staging\",", "\"name\": \"staging\", \"local\": true,")
            .Replace("10.0.2.11", "${local:api-1}");

        var error = Should.Throw<EnvironmentFileException>(() => _folder.Load(text, _ => "-oProxyCommand=id"));

        error.Mistakes.Single().ShouldBe(new EnvironmentMistake(
            12, "hosts[0].address", "\"-oProxyCommand=id\" is not an IP address, a host name or an alias of ~/.ssh/config"));
    }

    [Fact]
    public void A_missing_environment_lists_those_that_exist_and_the_nearest()
    {
        _folder.Write(".nuke/environments/staging.json", "{}");
        _folder.Write(".nuke/environments/production.json", "{}");

        var error = Should.Throw<OperationException>(() => EnvironmentFile.Load(_folder.Root, "stagin"));

        error.Explain().ShouldBe("""
            There is no environment "stagin"; did you mean "staging"? (exit 2)
              where   .nuke/environments
              seen    available: production, staging
              next    --environment staging
            """);
    }

    [Theory]
    [InlineData("../environments/staging")]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("stag\u0000ing")]
    public void A_name_is_no_path(string name)
    {
        _folder.Write(".nuke/environments/staging.json", EnvironmentFolder.Valid);

        Should.Throw<OperationException>(() => EnvironmentFile.Load(_folder.Root, name)).Message.ShouldStartWith("There is no environment");
    }

    [Fact]
    public void A_root_without_environments_says_so()
    {
        var error = Should.Throw<OperationException>(() => EnvironmentFile.Load(Path.Combine(_folder.Root, "elsewhere"), "staging"));

        (error.ExitCode, error.Seen).ShouldBe((ExitCodes.Configuration, "no environment has a file there"));
    }

    [Fact]
    public void Names_are_sorted()
    {
        _folder.Write(".nuke/environments/b.json", "");
        _folder.Write(".nuke/environments/a.json", "");

        EnvironmentFile.Names(_folder.Root).ShouldBe(["a", "b"]);
    }

    [Fact]
    public void A_byte_order_mark_comments_and_trailing_commas_are_fine()
    {
        var text = EnvironmentFolder.Valid.Replace("\"dwell\": \"3m\"", "\"dwell\": \"3m\", // short\n /* really */");

        _folder.Load([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)]).Name.ShouldBe("staging");
    }

    [Fact]
    public void Other_encodings_are_named()
    {
        var utf16 = Should.Throw<EnvironmentFileException>(() => _folder.Load([0xFF, 0xFE, .. Encoding.Unicode.GetBytes(EnvironmentFolder.Valid)]));
        var latin = Should.Throw<EnvironmentFileException>(() => _folder.Load(Encoding.Latin1.GetBytes("{\n  \"name\": \"b\u00fcro\"\n}")));

        utf16.Mistakes.ShouldBe([new EnvironmentMistake(1, "", "the file is UTF-16; save it as UTF-8")]);
        latin.Mistakes.ShouldBe([new EnvironmentMistake(2, "", "a byte here is not UTF-8; save the file as UTF-8")]);
    }

    [Theory]
    [InlineData("", 1, "the file is empty")]
    [InlineData("  \n ", 1, "the file is empty")]
    [InlineData("{\n  \"name\": staging\n}", 2, "column 11: 's' is an invalid start of a value")]
    [InlineData("{\n  \"name\": \"staging\"\n  \"local\": true }", 3, "column 3: ")]
    [InlineData("{ \"name\": \"staging\"", 1, "column 20: ")]
    [InlineData("{ \"password\": trhunter2\n}", 1, "column 17: what stands here is an invalid JSON literal")]
    [InlineData("{}\n{}", 2, "column 1: ")]
    [InlineData("{ \"name\": \"\\ud800\" }", 1, "a \\u escape here stands for no character")]
    [InlineData("{ \"ä\": \"ü\", x }", 1, "column 13: ")]
    public void Broken_syntax_is_one_mistake_with_line_and_column(string text, int line, string begins)
    {
        var mistake = _folder.Refused(text).Mistakes.Single();

        (mistake.Line, mistake.Path).ShouldBe((line, ""));
        mistake.Text.ShouldStartWith(begins);
    }

    [Theory]
    [InlineData("null", "null is not an object")]
    [InlineData("[1, 2]", "[1, 2] is not an object")]
    [InlineData("\"x\"", "\"x\" is not an object")]
    public void A_document_that_is_no_object_says_so(string text, string expected) =>
        _folder.Refused(text).Mistakes.ShouldBe([new EnvironmentMistake(1, "", expected)]);

    [Fact]
    public void Endless_nesting_is_a_mistake_of_syntax()
    {
        _folder.Refused(new string('[', 100_000)).Mistakes.Single().Path.ShouldBe("");
    }

    [Fact]
    public void A_folder_and_a_huge_file_are_refused()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Root, ".nuke/environments/odd.json"));
        _folder.Write(".nuke/environments/huge.json", new byte[EnvironmentFile.MaximumBytes + 1]);

        Should.Throw<OperationException>(() => EnvironmentFile.Load(_folder.Root, "odd")).Explain().ShouldBe("""
            The environment file cannot be read: it is a folder (exit 2)
              where   .nuke/environments/odd.json
            """);
        Should.Throw<OperationException>(() => EnvironmentFile.Load(_folder.Root, "huge")).Message
            .ShouldBe("The environment file cannot be read: it is larger than 1 MiB");
    }
}
