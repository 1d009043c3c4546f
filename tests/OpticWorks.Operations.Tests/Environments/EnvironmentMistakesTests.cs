using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Tests.Environments;

public sealed class EnvironmentMistakesTests : IDisposable
{
    private readonly EnvironmentFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Five_mistakes_are_shown_at_once_as_a_person_reads_them()
    {
        var text = EnvironmentFolder.Valid
            .Replace("\"address\": \"10.0.2.12\", \"port\": 22", "\"address\": \"10.0.2.12\", \"port\": \"22a\"")
            .Replace("\n    \"backend\": \"medusa\"\n", "\n    \"bakend\": \"medusa\"\n")
            .Replace("env:REDIS_PASSWORD", "hunter2-the-password")
            .Replace("[10, 50, 100]", "[10, 50]");

        var error = _folder.Refused(text);

        error.Explain().ShouldBe("""
            .nuke/environments/staging.json is not usable (exit 2):
              line 13  hosts[1].port     "22a" is not a port (1-65535)
              line 15  balancer.backend  missing; HAProxy's backend name, for example "medusa"
              line 17  balancer.bakend   is not a setting; did you mean "backend"?
              line 27  redis.password    is not a secret reference (not shown, it may be the secret itself); write env:NAME, file:PATH or command:PROGRAM ARGUMENTS
              line 38  canary.steps      [10, 50] must end at 100
            """);
        error.Message.ShouldBe(
            ".nuke/environments/staging.json is not usable: line 13, hosts[1].port: \"22a\" is not a port (1-65535) (and 4 more)");
        error.ExitCode.ShouldBe(ExitCodes.Configuration);
    }

    [Theory]
    // Types
    [InlineData("\"name\": \"staging\"", "\"name\": 7", "name", "7 is not a name (lower-case letters, digits and hyphens, at most 63)")]
    [InlineData("\"stripe\": { \"mode\": \"test\" }", "\"stripe\": []", "stripe", "[] is not an object")]
    [InlineData("[10, 50, 100]", "\"10\"", "canary.steps", "\"10\" is not a list")]
    [InlineData("[10, 50, 100]", "[10, 50.5, 100]", "canary.steps[1]", "50.5 is not a whole number (1-100)")]
    [InlineData("[10, 50, 100]", "[0, 100]", "canary.steps[0]", "0 is not a whole number (1-100)")]
    [InlineData("\"dwell\": \"3m\"", "\"errorRate\": 1", "canary.errorRate", "1 is not a number (0.0001-0.5)")]
    [InlineData("\"dwell\": \"3m\"", "\"errorRate\": 1e999", "canary.errorRate", "1e999 is not a number (0.0001-0.5)")]
    [InlineData("\"dwell\": \"3m\"", "\"inconclusive\": \"pass\"", "canary.inconclusive", "\"pass\" is none of \"pause\", \"undo\", \"continue\"")]
    [InlineData("\"user\": \"medusa\"", "\"user\": \"medusa\", \"tunnel\": \"yes\"", "database.tunnel", "\"yes\" is not true or false")]
    [InlineData("\"mode\": \"test\"", "\"mode\": \"Test\"", "stripe.mode", "\"Test\" is none of \"test\", \"live\"")]
    // Absence and surplus
    [InlineData("\"stripe\": { \"mode\": \"test\" },", "", "stripe", "missing; which kind of Stripe keys belongs here; the other kind stops Build and every deployment")]
    [InlineData("\"mode\": \"test\"", "\"mode\": null", "stripe.mode", "missing; the kind of Stripe keys that belongs here, for example \"test\"")]
    [InlineData("\"dwell\": \"3m\"", "\"dwel\": \"3m\"", "canary.dwel", "is not a setting; did you mean \"dwell\"?")]
    [InlineData("\"dwell\": \"3m\"", "\"zzz\": 1", "canary.zzz", "is not a setting; known here: steps, dwell, errorRate, p95, falseAlarm, inconclusive, prometheus")]
    [InlineData("\"dwell\": \"3m\"", "\"dwell\": \"3m\", \"dwell\": \"4m\"", "canary.dwell", "appears twice; first in line 39")]
    [InlineData("\"dwell\": \"3m\"", "\"we ird\": 1", "canary[\"we ird\"]", "is not a setting; known here: steps, dwell, errorRate, p95, falseAlarm, inconclusive, prometheus")]
    // Names and addresses that reach ssh, units and configurations
    [InlineData("\"10.0.2.11\"", "\"-oProxyCommand=id\"", "hosts[0].address", "\"-oProxyCommand=id\" is not an IP address, a host name or an alias of ~/.ssh/config")]
    [InlineData("\"10.0.2.11\"", "\"a b\"", "hosts[0].address", "\"a b\" is not an IP address, a host name or an alias of ~/.ssh/config")]
    [InlineData("\"10.0.2.11\"", "\"::::\"", "hosts[0].address", "\"::::\" is not an IP address, a host name or an alias of ~/.ssh/config")]
    [InlineData("\"10.0.2.11\"", "\"10.0.2.11\\n\"", "hosts[0].address", "\"10.0.2.11\ufffd\" is not an IP address, a host name or an alias of ~/.ssh/config")]
    [InlineData("\"api-1\"", "\"Api 1\"", "hosts[0].name", "\"Api 1\" is not a name (lower-case letters, digits and hyphens, at most 63)")]
    [InlineData("\"user\": \"medusa\"", "\"user\": \"med;usa\"", "database.user", "\"med;usa\" is not a PostgreSQL name (lower-case letters, digits, _ and -, at most 63)")]
    [InlineData("\"backend\": \"medusa\"", "\"backend\": \"a/b\"", "balancer.backend", "\"a/b\" is not an HAProxy name (letters, digits, _, . and -, at most 63)")]
    [InlineData("\"backend\": \"medusa\"", "\"backend\": \"m\", \"socket\": \"run/x\"", "balancer.socket", "\"run/x\" is not an absolute path (letters, digits, ., _ and -; no trailing slash)")]
    [InlineData("\"backend\": \"medusa\"", "\"backend\": \"m\", \"socket\": \"/run/../x\"", "balancer.socket", "\"/run/../x\" is not an absolute path (letters, digits, ., _ and -; no trailing slash)")]
    [InlineData("\"opticworks-backups\"", "\"Backups\"", "backups.bucket", "\"Backups\" is not a bucket name (3-63 lower-case letters, digits and hyphens)")]
    [InlineData("\"opticworks-backups\"", "\"bak\", \"prefix\": \"medusa\"", "backups.prefix", "\"medusa\" is not a key prefix, for example \"medusa/\"")]
    [InlineData("redis.optic.works:6379", "redis.optic.works:70000", "redis.address", "\"redis.optic.works:70000\" is not host:port, for example \"redis.optic.works:6379\"")]
    [InlineData("\"opticworks-storefront-staging\"", "\"Shop\"", "storefront.worker", "\"Shop\" is not a Worker's name (lower-case letters, digits, _ and -, at most 63)")]
    // URLs
    [InlineData("https://staging.optic.works", "staging.optic.works", "storefront.url", "\"staging.optic.works\" is not an http or https URL with nothing after its host and port")]
    [InlineData("https://staging.optic.works", "ftp://staging.optic.works", "storefront.url", "\"ftp://staging.optic.works\" is not an http or https URL with nothing after its host and port")]
    [InlineData("https://staging.optic.works", "https://staging.optic.works/shop", "storefront.url", "\"https://staging.optic.works/shop\" is not an http or https URL with nothing after its host and port")]
    [InlineData("https://staging.optic.works", "https://me:hunter2@optic.works", "storefront.url", "the text (not shown, it may hold a password) is not an http or https URL with nothing after its host and port")]
    // Durations and shares
    [InlineData("\"3m\"", "\"3 minutes\"", "canary.dwell", "\"3 minutes\" is not a duration such as 500ms, 15s, 3m, 26h or 2d")]
    [InlineData("\"3m\"", "\"0s\"", "canary.dwell", "\"0s\" is not a duration such as 500ms, 15s, 3m, 26h or 2d")]
    [InlineData("\"3m\"", "180", "canary.dwell", "180 is not a duration such as 500ms, 15s, 3m, 26h or 2d")]
    [InlineData("\"stripe\":", "\"releases\": { \"maxUnavailable\": \"110%\" }, \"stripe\":", "releases.maxUnavailable", "\"110%\" is not a share from 1% to 100% or a number from 1")]
    [InlineData("[10, 50, 100]", "[50, 10, 100]", "canary.steps", "[50, 10, 100] must ascend")]
    [InlineData("[10, 50, 100]", "[10, 100], \"prometheus\": { \"url\": \"http://10.0.1.30:9090\", \"slow\": \"x\" }", "canary.prometheus.slow",
        "needs \"timed\" beside it: response times are judged by both")]
    [InlineData("[10, 50, 100]", "[]", "canary.steps", "needs at least one entry")]
    // Hosts
    [InlineData("\"api-2\"", "\"api-1\"", "hosts[1].name", "\"api-1\" is already the name of hosts[0] in line 12")]
    [InlineData("\"10.0.2.12\"", "\"10.0.2.11\"", "hosts[1].address", "10.0.2.11 port 22 is already \"api-1\"; one machine has one name")]
    [InlineData("\"name\": \"lb\"", "\"name\": \"api-2\"", "balancer.host.name", "\"api-2\" has another address, port or user than in line 13, under the same name")]
    [InlineData("\"10.0.2.11\", \"port\": 22, \"instances\": [9001, 9002]", "\"10.0.2.11\", \"instances\": [9001, 9001]", "hosts[0].instances[1]", "9001 is listed twice")]
    [InlineData("\"10.0.2.11\", \"port\": 22, \"instances\": [9001, 9002]", "\"10.0.2.11\", \"instances\": [99999]", "hosts[0].instances[0]", "99999 is not a port (1-65535)")]
    [InlineData("\"10.0.2.11\", \"port\": 22, \"instances\": [9001, 9002]", "\"10.0.2.11\", \"instances\": []", "hosts[0].instances", "needs at least one entry")]
    [InlineData("\"address\": \"redis", "\"hostName\": \"dbx\", \"address\": \"redis", "redis.hostName", "\"dbx\" is no host of this environment; did you mean \"db\"?")]
    [InlineData("\"host\": { \"name\": \"lb\", \"address\": \"10.0.2.10\" },", "", "balancer.host", "missing; the host that runs HAProxy (or name an Ansible inventory under \"inventory\")")]
    // Files
    [InlineData("\"name\": \"staging\"", "\"name\": \"production\"", "name", "\"production\" is not the file's name, \"staging\"")]
    [InlineData("environments/staging.known_hosts", "environments/none", "knownHosts", "\".nuke/environments/none\" does not exist; write it with ssh-keyscan and compare the keys with those of the hosts")]
    // Secrets: the text is never repeated
    [InlineData("env:REDIS_PASSWORD", "evn:REDIS_PASSWORD", "redis.password", "begins with \"evn:\"; did you mean \"env:\"?")]
    [InlineData("env:REDIS_PASSWORD", "vault:redis", "redis.password", "is not a secret reference (not shown, it may be the secret itself); write env:NAME, file:PATH or command:PROGRAM ARGUMENTS")]
    [InlineData("env:REDIS_PASSWORD", "text:hunter2", "redis.password", "holds a value in plain text; a secret is env:NAME, file:PATH or command:PROGRAM ARGUMENTS")]
    [InlineData("env:REDIS_PASSWORD", "env:hunter-2", "redis.password", "names no variable after \"env:\" (letters, digits and _; not shown, it may be the secret itself)")]
    [InlineData("env:REDIS_PASSWORD", "command:pass show 'redis", "redis.password", "has a single quote that is never closed")]
    [InlineData("env:REDIS_PASSWORD", "command:pass show redis | head -1", "redis.password", "needs a shell for \"|\", and commands run without one; put it into a script and name the script")]
    [InlineData("\"stripe\":", "\"variables\": { \"JWT_SECRET\": \"hunter2\" }, \"stripe\":", "variables.JWT_SECRET", "is not a secret reference (not shown, it may be the secret itself); write env:NAME, file:PATH or command:PROGRAM ARGUMENTS, or text:VALUE for a public value")]
    [InlineData("\"stripe\":", "\"variables\": { \"A-B\": \"env:X\" }, \"stripe\":", "variables.A-B", "\"A-B\" is not a variable's name (letters, digits and _)")]
    [InlineData("\"stripe\":", "\"variables\": { \"DATABASE_URL\": \"env:X\" }, \"stripe\":", "variables.DATABASE_URL", "is set by the suite itself; remove it")]
    [InlineData("\"stripe\":", "\"notify\": { \"teams\": \"env:X\" }, \"stripe\":", "notify.teams", "is no hook that this suite knows; there is \"slack\"")]
    [InlineData("\"stripe\":", "\"variables\": { \"A\": \"text:a\\nB=c\" }, \"stripe\":", "variables.A", "holds a control character")]
    // Placeholders
    [InlineData("\"10.0.2.11\"", "\"${local:api-1}\"", "hosts[0].address", "holds ${local:…}, which only an environment with \"local\": true may use")]
    public void A_mistake_is_named_with_its_place(string valid, string broken, string path, string text)
    {
        EnvironmentFolder.Valid.ShouldContain(valid);
        var index = EnvironmentFolder.Valid.IndexOf(valid, StringComparison.Ordinal);
        var changed = EnvironmentFolder.Valid[..index] + broken + EnvironmentFolder.Valid[(index + valid.Length)..];

        var mistakes = _folder.Refused(changed).Mistakes;

        mistakes.Select(mistake => (mistake.Path, mistake.Text)).ShouldBe([(path, text)]);
    }

    [Fact]
    public void A_protected_environment_wants_https_and_an_encryption_key()
    {
        var text = EnvironmentFolder.Valid.Replace("\"name\": \"staging\",", "\"name\": \"staging\", \"protected\": true, \"local\": true,")
            .Replace("https://api-staging.optic.works", "http://api-staging.optic.works");

        _folder.Refused(text).Mistakes.ShouldBe(
        [
            new EnvironmentMistake(2, "local", "the local environment cannot be protected: it is made and thrown away"),
            new EnvironmentMistake(9, "api.url", "must be https, because the environment is protected (line 2)"),
            new EnvironmentMistake(30, "backups.encryptionKey", "missing; \"protected\" (line 2) needs one, for example \"env:BACKUP_KEY\""),
        ]);
    }

    [Fact]
    public void A_secret_in_the_wrong_place_is_never_repeated()
    {
        foreach (var reference in new[] { "hunter2", "text:hunter2", "hunter2:x", "env:hunter2!", "file:", "command: hunter2", "command:'hunter2" })
        {
            var error = _folder.Refused(EnvironmentFolder.Valid.Replace("env:REDIS_PASSWORD", reference));

            (error.Explain() + error.Message).ShouldNotContain("hunter2");
        }
    }

    [Fact]
    public void One_machine_may_be_balancer_and_database_under_one_name()
    {
        var text = EnvironmentFolder.Valid.Replace("\"name\": \"db\", \"address\": \"10.0.2.20\"", "\"name\": \"lb\", \"address\": \"10.0.2.10\"");

        _folder.Load(text).AllHosts.Select(host => host.Name).ShouldBe(["lb", "api-1", "api-2"]);
    }
}
