using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations;
using OpticWorks.Operations.Database.Inventory;
using OpticWorks.Operations.Database.Lint;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Acceptance.Database;

/// <summary>The lint on PostgreSQL's own parser.</summary>
public sealed class LintTests
{
    private static TableStatistics Statistics { get; } = new(DateTimeOffset.UnixEpoch, new Dictionary<string, TableFacts>
    {
        ["public.order"] = Table(5_000_000, 3L << 30, "id email status:text quantity:integer short:character_varying(100) customer_id period checked", ["IDX_order_email", "order_pkey"],
            ("order_email_filled", "CHECK ((email IS NOT NULL)) NOT VALID"), ("order_checked", "CHECK ((checked IS NOT NULL)) NOT VALID")),
        ["public.customer"] = Table(2_000_000, 1L << 30, "id phone", []),
        ["public.region"] = Table(12, 65536, "id name customer_id", []),
        ["public.note"] = Table(0, 8192, "id body", []),
    }, ["archive", "order_kind", "order_summary", "order_number"], []);

    [Fact]
    public async Task Every_planted_danger_is_found_and_what_is_safe_passes()
    {
        LintCase[] cases = [.. LintCases.Dangers, .. LintCases.Safe];
        LintCases.Dangers.Count.ShouldBeGreaterThanOrEqualTo(40);
        var parsed = await ParseAsync([.. cases.Select(one => one.Sql)]);

        var wrong = cases.Zip(parsed)
            .Select(pair => (pair.First, Found: string.Join(' ', Findings(pair.First, pair.Second, Statistics).Select(finding => (finding.Warning ? "~" : "") + finding.Rule))))
            .Where(one => one.Found != one.First.Rules)
            .Select(one => $"{one.First.Sql}\n    expected: {one.First.Rules}\n    found:    {one.Found}");

        string.Join('\n', wrong).ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_tables_nothing_but_what_fails_anywhere_is_said()
    {
        var cases = LintCases.Dangers.Concat(LintCases.Safe).ToArray();
        var parsed = await ParseAsync([.. cases.Select(one => one.Sql)]);
        cases.Zip(parsed).SelectMany(pair => Findings(pair.First, pair.Second, TableStatistics.Empty)).Select(finding => finding.Concern).Distinct()
            .ShouldBe([Concern.Failure, Concern.Contract], ignoreOrder: true);
    }

    [Fact]
    public async Task A_finding_names_table_size_lock_and_the_safe_way()
    {
        var one = new LintCase("create index \"IDX_a\" on \"order\" (\"email\")");
        var finding = Findings(one, (await ParseAsync([one.Sql]))[0], Statistics).ShouldHaveSingleItem();
        finding.ToString().ShouldBe(
            """
            create-index  order Migration1: create index "IDX_a" on "order" ("email")
              public.order (5,000,000 rows, 3.0 GiB): the index is built while nobody can write; SHARE: every writer of the table waits
              safe: CREATE INDEX CONCURRENTLY, alone in a migration whose isTransactional() returns false
            """);
    }

    [Fact]
    public async Task A_file_may_accept_a_rule_and_say_its_phase()
    {
        const string Sql = "alter table \"order\" drop column \"email\"; create index \"i\" on \"order\" (\"status\")";
        var migration = new MigrationInventory("Migration1", "f", "", ["opticworks: expand nobody reads it since r-1", "opticworks-accept: create-index the shop is closed"], new MigrationSql([Sql]));
        var read = MigrationLint.Judge([("order", migration)], await ParseAsync([Sql]), Statistics).ShouldHaveSingleItem();
        read.Class.Phase.ShouldBe(MigrationPhase.Expand);
        read.Findings.Single(finding => finding.Rule == "create-index").Accepted.ShouldBe("the shop is closed");
        read.Findings.Where(finding => finding.Stops).Select(finding => finding.Rule).ShouldBe(["drop-column", "breaks-column"]);
    }

    [Theory]
    [InlineData("alter table \"order\" add column \"x\" text null", MigrationPhase.Expand)]
    [InlineData("create table \"fresh\" (id text)", MigrationPhase.Expand)]
    [InlineData("alter table \"order\" rename column \"email\" to \"mail\"", MigrationPhase.Contract)]
    [InlineData("alter table \"note\" drop column \"body\"", MigrationPhase.Contract)]
    [InlineData("alter table \"order\" drop column \"email\"", MigrationPhase.Irreversible)]
    [InlineData("update \"region\" set \"name\" = ''", MigrationPhase.Irreversible)]
    [InlineData("delete from \"note\"", MigrationPhase.Expand)]
    [InlineData("merge into \"region\" r using \"note\" n on r.id = n.id when matched then delete", MigrationPhase.Irreversible)]
    [InlineData("merge into \"region\" r using \"note\" n on r.id = n.id when matched then update set name = n.body", MigrationPhase.Irreversible)]
    [InlineData("merge into \"region\" r using \"note\" n on r.id = n.id when not matched then insert (id) values (n.id)", MigrationPhase.Expand)]
    public async Task A_migration_is_classified_from_its_statements(string sql, MigrationPhase phase)
    {
        var migration = new MigrationInventory("Migration1", "f", "", [], new MigrationSql([sql]));
        MigrationLint.Judge([("order", migration)], await ParseAsync([sql]), Statistics)[0].Class.Phase.ShouldBe(phase);
    }

    private static IReadOnlyList<Finding> Findings(LintCase one, ParsedSql parsed, TableStatistics statistics)
    {
        var migration = new MigrationInventory("Migration1", "f", "", [], new MigrationSql([one.Sql], Transactional: !one.OutsideTransaction));
        return MigrationLint.Judge([("order", migration)], [parsed], statistics)[0].Findings;
    }

    private static async Task<IReadOnlyList<ParsedSql>> ParseAsync(IReadOnlyList<string> texts)
    {
        var tool = await TestTools.In(LocalPlace.Cache)(PinnedProgram.SqlParser, CancellationToken.None);
        return await new SqlParser(tool).ParseAsync(texts, CancellationToken.None);
    }

    /// <param name="columns">Names with spaces between, each with ":type" where it is not text; "_" is a space in a type.</param>
    private static TableFacts Table(long rows, long bytes, string columns, IReadOnlyList<string> indexes, params IEnumerable<(string Name, string Definition)> constraints) => new(
        new TableSize(rows, bytes),
        columns.Split(' ').Select(column => column.Split(':')).ToDictionary(parts => parts[0], parts => parts.Length > 1 ? parts[1].Replace('_', ' ') : "text"),
        indexes,
        constraints.ToDictionary(pair => pair.Name, pair => pair.Definition));
}
