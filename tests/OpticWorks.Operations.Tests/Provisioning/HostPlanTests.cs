using System.Text;
using OpticWorks.Operations.Provisioning;

namespace OpticWorks.Operations.Tests.Provisioning;

/// <summary>Answers of a host beside what it shall be: which changes follow, and the exact commands.</summary>
public sealed class HostPlanTests
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ mara@laptop";

    [Fact]
    public void A_missing_folder_is_made_with_owner_and_mode()
    {
        var change = Only(new DirectoryResource("/var/lib/opticworks", "deploy", "deploy", "0750"), "");

        change.Summary.ShouldBe("create, deploy:deploy 0750");
        Commands(change).ShouldBe(["install -d -o deploy -g deploy -m 0750 -- /var/lib/opticworks"]);
    }

    [Fact]
    public void A_folder_inside_another_users_folder_is_made_by_that_user()
    {
        var change = Only(new DirectoryResource("/opt/medusa/instances/9001", "deploy", "medusa", "2755") { As = "deploy" }, "");

        Commands(change).ShouldBe(["runuser -u deploy -- install -d -m 2755 -- /opt/medusa/instances/9001"]);
    }

    [Fact]
    public void A_folder_with_other_rights_is_corrected() =>
        Only(new DirectoryResource("/d", "deploy", "deploy", "0750"), "path\t/d\tdirectory\troot\troot\t755\t1.5\n")
            .Summary.ShouldBe("owner root:root → deploy:deploy, mode 0755 → 0750");

    [Fact]
    public void A_folder_that_is_right_needs_nothing() =>
        Plan("path\t/d\tdirectory\tdeploy\tdeploy\t750\t1.5\n", new DirectoryResource("/d", "deploy", "deploy", "0750")).ShouldBeEmpty();

    [Fact]
    public void Something_else_in_a_folders_place_is_refused()
    {
        var refused = Should.Throw<OperationException>(() => Plan(
            $"path\t/d\tsymbolic link\troot\troot\t777\t1.5\nlink\t/d\t{Base64("/etc")}\n", new DirectoryResource("/d", "a", "a", "0755")));

        refused.ExitCode.ShouldBe(ExitCodes.PreflightRefused);
        refused.Where.ShouldBe("api-1");
        refused.Seen.ShouldBe("/d is a link to /etc, not a directory");
    }

    [Fact]
    public void A_changed_file_shows_what_changes()
    {
        var file = new FileResource("/etc/x.conf", "a\nb\n", "root", "root", "0644") { Validation = ["/usr/bin/check", "-f"] };

        var change = Only(file, $"path\t/etc/x.conf\tregular file\troot\troot\t644\t1.5\ncontent\t/etc/x.conf\t{Base64("a\n")}\n");

        change.Summary.ShouldBe("contents changed");
        change.Diff.ShouldBe("--- /etc/x.conf\n+++ /etc/x.conf\n@@ -1,1 +1,2 @@\n a\n+b\n");
        Commands(change).Single().ShouldEndWith(
            "' opticworks /etc/x.conf root root 0644 911169ddaaf146aff539f58c26c489af3b892dff0fe283c1c264c65ae5aa59a2 /usr/bin/check -f");
        Input(change).ShouldBe("a\nb\n");
    }

    [Fact]
    public void A_secret_file_is_compared_by_digest_and_never_shown()
    {
        var file = new FileResource("/etc/p", "s3cret\n", "root", "redis", "0640") { Secret = true };

        file.Questions.ShouldBe(["path:/etc/p", "digest:/etc/p"]);
        var change = Only(file, "path\t/etc/p\tregular file\troot\tredis\t640\t1.5\ndigest\t/etc/p\t00\n");
        change.Summary.ShouldBe("contents changed (secret, never shown)");
        change.Diff.ShouldBeEmpty();
        Commands(change).Single().ShouldNotContain("s3cret");
        $"{file}{change}".ShouldNotContain("s3cret");
        Plan($"path\t/etc/p\tregular file\troot\tredis\t640\t1.5\ndigest\t/etc/p\t{file.Digest}\n", file).ShouldBeEmpty();
    }

    [Fact]
    public void A_link_is_replaced_in_one_step()
    {
        var change = Only(new LinkResource("/opt/node/current", "22.21.1"),
            $"path\t/opt/node/current\tsymbolic link\troot\troot\t777\t1.5\nlink\t/opt/node/current\t{Base64("20.1.0")}\n");

        change.Summary.ShouldBe("20.1.0 → 22.21.1");
        Commands(change).ShouldBe(
        [
            "bash -eu -o pipefail -c 'part=$1.opticworks.new\nrm -f -- \"$part\"\nln -s -- \"$2\" \"$part\"\nmv -fT -- \"$part\" \"$1\"' opticworks /opt/node/current 22.21.1",
        ]);
    }

    [Fact]
    public void Users_are_made_without_a_password_that_fits()
    {
        Commands(Only(new UserResource("deploy", "/home/deploy", "/bin/bash") { Groups = ["systemd-journal", "medusa"] }, "")).ShouldBe(
            ["useradd --create-home --user-group --home-dir /home/deploy --shell /bin/bash --password '*' --groups systemd-journal,medusa deploy"]);
        Commands(Only(new UserResource("medusa", "/opt/medusa", "/usr/sbin/nologin") { System = true }, "")).ShouldBe(
            ["useradd --system --no-create-home --user-group --home-dir /opt/medusa --shell /usr/sbin/nologin --password '*' medusa"]);
    }

    [Fact]
    public void A_user_keeps_what_it_has_beside_what_it_needs()
    {
        var change = Only(new UserResource("deploy", "/home/deploy", "/bin/bash") { Groups = ["medusa"] },
            "user\tdeploy\t/srv/deploy\t/bin/sh\tdeploy adm\n");

        change.Summary.ShouldBe("shell /bin/sh → /bin/bash, add to medusa");
        Commands(change).ShouldBe(["usermod --shell /bin/bash --append --groups medusa deploy"]);
    }

    [Fact]
    public void A_key_is_added_once_whatever_its_comment()
    {
        var keys = new AuthorizedKeysResource("deploy", [Key]);

        var change = Only(keys, $"keys\tdeploy\t{Base64("ssh-rsa AAAAB3 other\n")}\n");
        change.Diff.ShouldBe($"+{Key}\n");
        Input(change).ShouldBe($"{Key}\n");
        Plan($"keys\tdeploy\t{Base64("ssh-rsa AAAAB3 other\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ desk\n")}\n", keys).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----")]
    [InlineData("command=\"rm -rf /\" ssh-ed25519 AAAA")]
    [InlineData("")]
    public void What_is_no_public_key_is_refused_without_showing_it(string key)
    {
        var refused = Should.Throw<OperationException>(() => Plan("", new AuthorizedKeysResource("deploy", [key])));

        refused.ExitCode.ShouldBe(ExitCodes.Configuration);
        refused.Explain().ShouldNotContain("BEGIN");
    }

    [Fact]
    public void Only_missing_packages_are_installed()
    {
        var change = Only(new PackageResource(["haproxy", "socat", "sudo"]),
            "package\tsudo\tinstalled\npackage\tsocat\tconfig-files\n");

        change.Summary.ShouldBe("install haproxy, socat");
        Commands(change).Single().ShouldEndWith("' opticworks haproxy socat");
    }

    [Theory]
    [InlineData("", "enable and start", 2)]
    [InlineData("unit\tId=x.service\nunit\tActiveState=inactive\nunit\tUnitFileState=enabled\n", "start", 1)]
    [InlineData("unit\tId=x.service\nunit\tActiveState=active\nunit\tUnitFileState=disabled\nunit\tStateChangeTimestamp=Mon 2026-11-23 13:21:01.000000 UTC\n", "enable", 1)]
    public void A_unit_that_does_not_run_is_started(string answer, string summary, int commands)
    {
        var change = Only(new UnitResource("x.service"), answer);

        change.Summary.ShouldBe(summary);
        change.Actions.Count.ShouldBe(commands);
    }

    [Theory]
    [InlineData("1795440060.999999999", "1795440060.999999999", null)]
    [InlineData("1795440061.500000000", "1795440060.000000000", "restart (/a is younger than its last start)")]
    [InlineData("1795440060.000000000", "1795440061.500000000", "reload (/b is younger than its last start)")]
    public void A_unit_older_than_its_files_is_restarted_or_reloaded(string a, string b, string? summary)
    {
        var unit = new UnitResource("x.service") { RestartsFor = ["/a"], ReloadsFor = ["/b"] };
        var answer = $"path\t/a\tregular file\troot\troot\t644\t{a}\npath\t/b\tregular file\troot\troot\t644\t{b}\n"
            + "unit\tId=x.service\nunit\tActiveState=active\nunit\tUnitFileState=enabled\nunit\tStateChangeTimestamp=Mon 2026-11-23 13:21:01.000000 UTC\n";

        Plan(answer, unit).SingleOrDefault()?.Summary.ShouldBe(summary);
        Plan(answer, unit).Count.ShouldBe(summary is null ? 0 : 1);
    }

    [Fact]
    public void A_unit_follows_the_files_that_the_same_plan_writes()
    {
        var file = new FileResource("/etc/systemd/system/x.service.d/a.conf", "a\n", "root", "root", "0644");
        const string Running = "unit\tId=x.service\nunit\tActiveState=active\nunit\tUnitFileState=enabled\nunit\tStateChangeTimestamp=Mon 2026-11-23 13:21:01.000000 UTC\n";

        Plan(Running, file, new SystemdFilesResource(["x.service"]), new UnitResource("x.service") { RestartsFor = [file.Path] })
            .Select(change => $"{change.Resource}: {change.Summary}").ShouldBe(
            [
                "file /etc/systemd/system/x.service.d/a.conf: create, root:root 0644",
                "systemd's unit files: read again",
                "unit x.service: restart (/etc/systemd/system/x.service.d/a.conf changes)",
            ]);
    }

    [Fact]
    public void The_database_role_gets_a_verifier_over_standard_input_and_never_the_password()
    {
        var role = new PostgresRoleResource(5432, "medusa", "pencil");

        var change = Only(role, "");
        Commands(change).ShouldBe(["bash -eu -o pipefail -c 'cd /\nexec runuser -u postgres -- psql -XAtq -v ON_ERROR_STOP=1 -p \"$1\" -d postgres' opticworks 5432"]);
        Input(change).ShouldContain("alter role \"medusa\" login createdb password 'SCRAM-SHA-256$4096:");
        $"{Input(change)}{role}{change}".ShouldNotContain("pencil");
        Plan($"role\tmedusa\tt\tt\tt\t{ScramVerifier.Of("pencil")}\n", role).ShouldBeEmpty();
        Only(role, $"role\tmedusa\tt\tt\tf\t{ScramVerifier.Of("pen")}\n").Summary.ShouldBe("password changed, member of pg_monitor");
    }

    [Fact]
    public void A_database_is_made_for_its_owner_or_handed_to_it()
    {
        var database = new PostgresDatabaseResource(5432, "medusa-staging", "medusa");

        Input(Only(database, "")).ShouldBe("create database \"medusa-staging\" owner \"medusa\" template template0 encoding 'UTF8';\n");
        Input(Only(database, "database\tmedusa-staging\tpostgres\n")).ShouldBe("alter database \"medusa-staging\" owner to \"medusa\";\n");
        Plan("database\tmedusa-staging\tmedusa\n", database).ShouldBeEmpty();
    }

    [Fact]
    public void A_cluster_is_made_with_checksums() =>
        Commands(Only(new PostgresClusterResource(17, "main", 5432), "")).ShouldBe(
            ["pg_createcluster --port 5432 --locale C.UTF-8 --encoding UTF8 17 main -- --data-checksums"]);

    [Theory]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("a\tb")]
    [InlineData("$(id)")]
    [InlineData("\"; drop role x; --")]
    public void A_name_that_is_no_plain_word_is_refused(string name)
    {
        Should.Throw<OperationException>(() => new PostgresRoleResource(5432, name, "pencil").Questions.ToList());
        Should.Throw<OperationException>(() => new DirectoryResource(name, "a", "a", "0755").Questions.ToList());
        Should.Throw<OperationException>(() => new UserResource(name, "/home/x", "/bin/sh").Questions.ToList());
    }

    [Theory]
    [InlineData("")]
    [InlineData("path\t/d\tdirectory\troot\troot\t755\t1.5\n")]
    [InlineData("Welcome to api-1!\nend\n")]
    public void An_answer_that_is_cut_off_or_not_the_probes_is_refused(string answer) =>
        Should.Throw<OperationException>(() => HostState.Parse("api-1", answer)).ExitCode.ShouldBe(ExitCodes.PreflightRefused);

    [Fact]
    public void A_plan_reads_as_a_table_with_diffs() =>
        new ProvisionPlan("staging",
        [
            new HostPlan("lb", 9, []),
            new HostPlan("api-1", 21, [new Change("user deploy", "create"), new Change("file /etc/x", "contents changed", "--- /etc/x\n+++ /etc/x\n@@ -1,1 +1,1 @@\n-a\n+b\n")]),
        ]).ToString().ShouldBe(
            """
            lb: 9 resources, nothing to change

            api-1: 2 of 21 resources change
              user deploy  create
              file /etc/x  contents changed
                  --- /etc/x
                  +++ /etc/x
                  @@ -1,1 +1,1 @@
                  -a
                  +b

            """);

    private static IReadOnlyList<Change> Plan(string answer, params IReadOnlyList<Resource> resources) =>
        HostPlan.Of(resources, HostState.Parse("api-1", answer + "end\n")).Changes;

    private static Change Only(Resource resource, string answer) => Plan(answer, resource).ShouldHaveSingleItem();

    private static IEnumerable<string> Commands(Change change) => change.Actions.Select(action => action.Command.ToString());

    private static string Input(Change change)
    {
        using var reader = new StreamReader(change.Actions.Single().Input!());
        return reader.ReadToEnd();
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
