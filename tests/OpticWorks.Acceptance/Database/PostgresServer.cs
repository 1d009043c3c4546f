using Npgsql;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Acceptance.Database;

/// <summary>
/// A real PostgreSQL 17 of a test class's own, on a free port of 127.0.0.1. Its superuser is "medusa", with a password. It is gone
/// with its <see cref="RunFolder"/>: when the class ends, or at the next run when this one was killed.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    public const string User = "medusa";

    public const string Password = "not-a-secret-of-anybody";

    private static int s_databases;

    private RunFolder? _folder;
    private Tool? _psql;

    public int Port { get; private set; }

    /// <summary>Where psql, pg_dump and pg_restore are.</summary>
    public string Programs => _psql!.Directory;

    internal RunFolder Folder => _folder!;

    public async Task InitializeAsync()
    {
        _psql = await new Toolbox(LocalPlace.Cache, new Silence()).GetAsync(PinnedProgram.PostgreSql, default);
        _folder = await RunFolder.CreateAsync("postgres");
        await File.WriteAllTextAsync(_folder.At("password"), Password);
        await RunAsync("initdb", "--no-sync", "--auth=scram-sha-256", $"--username={User}", $"--pwfile={_folder.At("password")}",
            "--encoding=UTF8", "--locale-provider=icu", "--icu-locale=en", "--locale=C", "-D", _folder.At("data"));
        await File.AppendAllTextAsync(_folder.At("data/postgresql.conf"), """
            listen_addresses = '127.0.0.1'
            unix_socket_directories = ''
            fsync = off
            full_page_writes = off
            max_connections = 60
            shared_buffers = 128MB
            dynamic_shared_memory_type = mmap
            max_wal_size = 2GB

            """);
        for (var tries = 1; !await StartAsync(); tries++)
        {
            // Between its choice and PostgreSQL's use of it, a free port can become somebody else's.
            if (tries == 5)
                throw new InvalidOperationException(await File.ReadAllTextAsync(_folder.At("log")));
        }
    }

    public async Task DisposeAsync()
    {
        if (_folder is not null)
            await _folder.DisposeAsync();
    }

    /// <summary>A server that another process has started.</summary>
    /// <param name="psql">Its program psql.</param>
    internal static PostgresServer At(int port, Tool psql) => new() { Port = port, _psql = psql };

    /// <summary>Stops the server as a crash does, and starts it again on its port.</summary>
    public async Task RestartAsync()
    {
        await RunAsync("pg_ctl", "--wait", "--timeout=120", "-D", _folder!.At("data"), "-m", "immediate", "stop");
        await RunAsync("pg_ctl", "--wait", "--timeout=120", "-D", _folder.At("data"), "-l", _folder.At("log"), "-o", $"-p {Port}", "start");
    }

    /// <summary>A new database with a name of its own.</summary>
    public async Task<string> CreateDatabaseAsync(string prefix = "shop")
    {
        var name = $"{prefix}_{Interlocked.Increment(ref s_databases)}";
        await ExecuteAsync("postgres", $"create database {name}");
        return name;
    }

    /// <summary>Connections to a database; the caller disposes it.</summary>
    public NpgsqlDataSource Source(string database) => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Database = database,
        Username = User,
        Password = Password,
        Timeout = 60,
        CommandTimeout = 120,
    });

    public async Task ExecuteAsync(string database, string sql)
    {
        await using var source = Source(database);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ScalarAsync<T>(string database, string sql)
    {
        await using var source = Source(database);
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private async Task<bool> StartAsync()
    {
        Port = LoopbackPort.Free();
        var result = await LocalProcess.RunAsync(Command("pg_ctl", "--wait", "--timeout=120", "-D", _folder!.At("data"), "-l", _folder.At("log"), "-o", $"-p {Port}", "start"));
        return result.Succeeded;
    }

    private async Task RunAsync(string program, params string[] arguments) =>
        (await LocalProcess.RunAsync(Command(program, arguments))).OrFail($"{program} failed");

    /// <summary>PostgreSQL refuses root; a user namespace gives root another number without another owner of the files.</summary>
    private LocalCommand Command(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs, program);
        return (Environment.IsPrivilegedProcess
            ? new LocalCommand("unshare", ["--user", "--map-user=1000", "--map-group=1000", "--", path, .. arguments])
            : new LocalCommand(path, arguments)) with
        { WorkingDirectory = _folder!.Path, Limit = TimeSpan.FromMinutes(3) };
    }
}
