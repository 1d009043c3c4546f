using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Backups.Contents;
using OpticWorks.Operations.Backups.Dumps;
using OpticWorks.Operations.Backups.Restores;
using OpticWorks.Operations.Backups.Retention;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Objects;
using OpticWorks.Operations.Tests.Transactions;

namespace OpticWorks.Operations.Tests.Backups;

/// <summary>What decides: the guard of a restore, the comparison, freshness, what is printed for others, rates and pauses.</summary>
public sealed class RestoreRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("db shop 10h", true)]
    [InlineData("db shop 9h", true)]
    [InlineData("  db   shop  600m ", true)]
    [InlineData("db shop 12h", false)]
    [InlineData("db shop", false)]
    [InlineData("db other 10h", false)]
    [InlineData("lb shop 10h", false)]
    [InlineData("production", false)]
    [InlineData("y", false)]
    [InlineData(null, false)]
    public async Task Host_database_and_age_must_be_typed(string? typed, bool accepted)
    {
        var manifest = (await Sample.MakeAsync(null, 1, at: Now.AddHours(-10))).Manifest;
        RestoreGuard.Phrase(manifest, Site(), Now).ShouldBe("db shop 10h");
        var asked = () => RestoreGuard.RequireTyped(manifest, Site(), typed, Now);
        if (accepted)
            asked.ShouldNotThrow();
        else
            asked.ShouldThrow<OperationException>().ExitCode.ShouldBe(ExitCodes.Configuration);
    }

    [Theory]
    [InlineData("shop", "7431", null, null)]
    [InlineData("shop", "9999", null, "is of another server (system identifier 7431")]
    [InlineData("shop", "9999", "7431", null)]
    [InlineData("shop", "9999", "9999", "is of another server")]
    [InlineData("shop-staging", "7431", null, "is of the database shop, and the environment's is shop-staging")]
    public async Task A_backup_of_elsewhere_is_refused(string database, string server, string? accepted, string? problem)
    {
        var found = RestoreGuard.Problem((await Sample.MakeAsync(null, 1)).Manifest, Site(database), server, accepted);
        if (problem is null)
            found.ShouldBeNull();
        else
            found.ShouldNotBeNull().ShouldContain(problem);
    }

    [Theory]
    [InlineData("CHECK (((kind)::text = ANY ((ARRAY['web'::character varying, 'shop'::character varying])::text[])))", "CHECK (kind = ANY (ARRAY[('web'::character varying)::text, ('shop'::character varying)::text]))")]
    [InlineData("numeric(10,2) default (0)::numeric", "numeric(10,2)  default 0")]
    public void An_expression_that_PostgreSQL_prints_another_way_is_the_same(string one, string other) =>
        ContentsComparison.Normal(one).ShouldBe(ContentsComparison.Normal(other));

    [Fact]
    public void Every_difference_is_told_and_no_other()
    {
        var expected = new DatabaseContents(
            [new("a", 1200, "1"), new("b", 2, "2"), new("c", 3, "3")],
            [new("s", 10, 12), new("t", 1, 1), new("u", 1, 1)],
            [new("index", "i", "btree (x)"), new("view", "v", "SELECT 1")]);
        ContentsComparison.Differences(expected, expected with { Sequences = [new("s", 11, 11), new("t", 1, 1), new("u", 1, 1)] }).ShouldBeEmpty();
        ContentsComparison.Differences(expected, new DatabaseContents(
            [new("a", 1199, "1"), new("b", 2, "9"), new("d", 0, "0")],
            [new("s", 9, 9), new("t", 2, 2)],
            [new("index", "i", "btree (y)"), new("type", "w", "x")])).ShouldBe([
                "table a has 1,199 rows, not 1,200",
                "table b has the 2 rows, but at least one with another content",
                "table c is missing",
                "table d is not in the backup",
                "sequence s is behind: next is 9, not 10 to 12",
                "sequence t is ahead: next is 2, not 1",
                "sequence u is missing",
                "index i is another: btree y, not btree x",
                "view v is missing",
                "type w is not in the backup",
            ]);
    }

    [Fact]
    public void Contents_come_back_as_they_were()
    {
        var contents = new DatabaseContents([new("a", 1, "-12345678901234567890")], [new("s", 1, decimal.MaxValue)], [new("k", "n", "t")]);
        var back = DatabaseContents.Read(contents.Write());
        back.Tables.ShouldBe(contents.Tables);
        back.Sequences.ShouldBe(contents.Sequences);
        back.Definitions.ShouldBe(contents.Definitions);
    }

    [Fact]
    public void What_is_absent_is_not_fresh()
    {
        var none = Freshness.Of([], "shop", TimeSpan.FromHours(26), Now);
        Should.Throw<OperationException>(() => none.OrFail("staging")).ExitCode.ShouldBe(ExitCodes.NoFreshBackup);
        var text = BackupMetrics.Text("staging", none, []);
        text.ShouldContain("opticworks_backup_fresh{environment=\"staging\",database=\"shop\"} 0\n");
        text.ShouldContain("opticworks_backup_verified_timestamp_seconds{environment=\"staging\",database=\"shop\"} 0\n");
        text.Split('\n').Count(line => line.StartsWith("# TYPE", StringComparison.Ordinal)).ShouldBe(7);
    }

    [Theory]
    [InlineData(25, true)]
    [InlineData(27, false)]
    public async Task Only_a_verified_backup_of_the_right_age_is_fresh(int hours, bool fresh)
    {
        var manifest = (await Sample.MakeAsync(null, 1, at: Now.AddHours(-hours))).Manifest;
        var proof = new Operations.Backups.Manifests.BackupProof(manifest.Id, Operations.Backups.Manifests.ProofKind.Restored, Now, "mara@laptop", manifest.Digest, 1, []);
        var entry = new BackupEntry(BackupId.Parse(manifest.Id), manifest, null, [proof]);
        Freshness.Of([entry], "shop", TimeSpan.FromHours(26), Now).IsFresh.ShouldBe(fresh);
        Freshness.Of([entry with { Proofs = [] }], "shop", TimeSpan.FromHours(26), Now).IsFresh.ShouldBeFalse();
        // Found damaged since.
        Freshness.Of([entry with { Proofs = [proof with { Problems = ["frame 1"] }, proof] }], "shop", TimeSpan.FromHours(26), Now).IsFresh.ShouldBeFalse();
    }

    [Fact]
    public void The_bucket_lock_covers_backups_and_no_probe()
    {
        var backups = new BackupSettings
        {
            Endpoint = new Uri("https://x.r2.cloudflarestorage.com"),
            Bucket = "opticworks-backups",
            AccessKey = SecretReference.Parse("env:A"),
            SecretKey = SecretReference.Parse("env:B"),
        };
        var rules = System.Text.Json.JsonDocument.Parse(BucketLock.Rules(backups)).RootElement.GetProperty("rules")[0];
        rules.GetProperty("prefix").GetString().ShouldBe("medusa/20");
        rules.GetProperty("condition").GetProperty("maxAgeSeconds").GetInt32().ShouldBe(14 * 86400);
        new BackupKeys("medusa/").Object(BackupId.New(Now, "shop")).ShouldStartWith("medusa/20");
        new BackupKeys("medusa/").Probe("1").ShouldNotStartWith("medusa/20");
        StorageCost.Line(31, 100_000_000_000, 2000).ShouldStartWith("31 backups, 100.00 GB: about $1.51 a month");
    }

    [Fact]
    public void An_id_is_read_back_whatever_the_database()
    {
        foreach (var database in new[] { "shop", "medusa-production", "a.b_c-1234", new string('x', 63) })
        {
            var id = BackupId.New(Now, database);
            BackupId.Parse(id.Text).Database.ShouldBe(database);
            BackupId.Parse(id.Text).At.ShouldBe(Now);
            var keys = new BackupKeys("medusa/");
            keys.OfManifest(keys.Manifest(id)).ShouldBe(id);
            keys.OfObject(keys.Object(id)).ShouldBe(id);
            keys.OfProof(keys.Proof(id, Now)).ShouldBe(id);
            keys.OfManifest(keys.Proof(id, Now)).ShouldBeNull();
        }

        Should.Throw<OperationException>(() => BackupId.Parse("../etc/passwd")).ExitCode.ShouldBe(ExitCodes.Configuration);
    }

    [Fact]
    public void Names_of_a_restore_fit_into_PostgreSQL()
    {
        var names = new SwapNames(new string('x', 63), "20261126t140512");
        names.New.Length.ShouldBe(63);
        names.Before.Length.ShouldBe(63);
        names.New.ShouldStartWith(names.Family.Prefix);
        new SwapNames("shop", "20261126t140512").Before.ShouldBe("shop_before_20261126t140512");
    }

    [Fact]
    public void A_rate_is_kept_over_any_second()
    {
        var limit = new RateLimit(1000);
        var (now, sent) = (0.0, 0);
        for (var i = 0; i < 1000; i++)
        {
            now += limit.Take(100, now).TotalSeconds;
            sent += 100;
        }

        (sent / now).ShouldBeInRange(950, 1050);
        // Ten idle minutes are no credit for ten minutes.
        var waited = limit.Take(5000, now + 600).TotalSeconds;
        waited.ShouldBeInRange(3.9, 4.1);
    }

    [Fact]
    public void Pauses_grow_to_a_limit_and_a_try_has_one_too()
    {
        var limits = RequestLimits.Default;
        limits.Pause(1, 1).ShouldBe(TimeSpan.FromMilliseconds(250));
        limits.Pause(1, 0).ShouldBe(TimeSpan.FromMilliseconds(125));
        limits.Pause(3, 1).ShouldBe(TimeSpan.FromSeconds(1));
        limits.Pause(50, 1).ShouldBe(TimeSpan.FromSeconds(8));
        limits.Total(64 << 10).ShouldBe(TimeSpan.FromSeconds(61));
    }

    private static DatabaseSite Site(string database = "shop") => new("staging", new ShellHost("db"), new DatabaseSettings
    {
        Host = new HostSettings { Name = "db", Address = "10.0.1.20", User = "deploy" },
        Name = database,
        User = "medusa",
        Password = SecretReference.Parse("env:DATABASE_PASSWORD"),
    }, null!, "p");
}
