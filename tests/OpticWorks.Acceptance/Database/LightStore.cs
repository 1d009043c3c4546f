using Npgsql;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations;
using OpticWorks.Operations.Database.Lint;
using OpticWorks.Operations.Database.Migrations;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Acceptance.Database;

/// <summary>A database of its own on the class's PostgreSQL 17, and a light release that migrates it.</summary>
internal sealed class LightStore : IAsyncDisposable
{
    private static int s_folders;

    private LightStore(PostgresServer server, string database, LightRelease release, SqlParser parser)
    {
        (Server, Database, Light, Parser) = (server, database, release, parser);
        Source = server.Source(database);
    }

    public PostgresServer Server { get; }

    public string Database { get; }

    public LightRelease Light { get; }

    public NpgsqlDataSource Source { get; }

    public Notes Notes { get; } = new();

    private SqlParser Parser { get; }

    /// <summary>A backup that can be had; null: there is none, and none can be taken.</summary>
    public VerifiedBackup? Backup { get; set; }

    public MigrationPolicy Policy { get; set; } = new() { FirstPause = TimeSpan.FromMilliseconds(200), Lock = TimeSpan.FromMinutes(2) };

    /// <summary>With two modules, a link and a script.</summary>
    public static async Task<LightStore> CreateAsync(PostgresServer server, params IReadOnlyList<(string File, string Text)> files)
    {
        var database = await server.CreateDatabaseAsync();
        var folder = Directory.CreateDirectory(server.Folder.At($"light-{Interlocked.Increment(ref s_folders)}")).FullName;
        var release = Open(server, database, folder).Write(
        [
            ("migrations/lens/Migration1.sql", "create table lens (id text primary key, name text);"),
            ("migrations/lens/Migration1.down.sql", "drop table lens;"),
            ("migrations/loyalty/Migration2.sql", "create table account (id text primary key); create index account_index on account (id);"),
            ("migrations/loyalty/Migration2.down.sql", "drop table account;"),
            ("migrations/loyalty/Migration3.sql", "alter table account add column tier text not null default 'standard';"),
            ("migrations/loyalty/Migration3.down.sql", "alter table account drop column tier;"),
            ("links/lens_account.sql", "create table lens_account (lens_id text, account_id text);"),
            ("scripts/fill.sql", "insert into lens values ('1', 'grey');"),
            .. files,
        ]);
        return new LightStore(server, database, release, new SqlParser(await TestTools.In(LocalPlace.Cache)(PinnedProgram.SqlParser, default)));
    }

    public static LightRelease Open(PostgresServer server, string database, string folder) => new(folder, server.Programs,
        $"PGHOST=127.0.0.1\nPGPORT={server.Port}\nPGUSER={PostgresServer.User}\nPGPASSWORD={PostgresServer.Password}\nPGDATABASE={database}");

    public Migrator Migrator(string owner = "mara@laptop", INarrator? narrator = null) => new(Source, Parser, Policy,
        new BackupGate(TimeSpan.FromHours(26), (_, _) => Task.FromResult(Backup), null), owner, narrator ?? Notes);

    public Task<string> MigrateAsync(bool otherRelease = false) => Migrator().MigrateAsync(Light.Release, otherRelease, default);

    public async Task<OperationException> FailAsync(bool otherRelease = false) => await Should.ThrowAsync<OperationException>(() => MigrateAsync(otherRelease));

    public Task<MigrationState> StateAsync() => Migrator().StateAsync(Light.Release.InventoryAsync, default);

    public async Task<string[]> RowsAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(reader.IsDBNull(0) ? "" : reader.GetValue(0).ToString()!);
        return [.. rows];
    }

    /// <summary>Every applied migration is in the ledger and nothing else is, and every run has said how it ended.</summary>
    public async Task ShouldAgreeAsync()
    {
        (await RowsAsync("select name from opticworks.migration where kind = 'Module' and reverted_at is null order by 1"))
            .ShouldBe((await RowsAsync("select to_regclass('mikro_orm_migrations')::text"))[0].Length == 0 ? [] : await RowsAsync("select name from mikro_orm_migrations order by 1"));
        (await RowsAsync("select id from opticworks.migration_run where result is null")).ShouldBeEmpty();
    }

    public ValueTask DisposeAsync() => Source.DisposeAsync();
}
