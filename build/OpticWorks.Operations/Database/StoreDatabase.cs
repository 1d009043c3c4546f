using Npgsql;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Database;

/// <summary>The store's database, reached the way its environment says: through a tunnel to its host, or directly.</summary>
public sealed class StoreDatabase : IAsyncDisposable
{
    private readonly NpgsqlConnectionStringBuilder _connection;
    private readonly SshTunnel? _tunnel;

    private StoreDatabase(NpgsqlConnectionStringBuilder connection, SshTunnel? tunnel)
    {
        _connection = connection;
        Source = NpgsqlDataSource.Create(connection);
        _tunnel = tunnel;
    }

    public NpgsqlDataSource Source { get; }

    /// <summary>Another database of the same server; the caller disposes it before this.</summary>
    public NpgsqlDataSource Other(string name) => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(_connection.ConnectionString) { Database = name });

    /// <exception cref="OperationException">It does not answer, or refuses us (exit 4).</exception>
    /// <exception cref="HostException">Its host cannot be spoken to.</exception>
    public static async Task<StoreDatabase> OpenAsync(
        DatabaseSettings settings, string password, SshOptions options, CancellationToken cancellationToken)
    {
        var tunnel = settings.Tunnel
            ? await SshTunnel.OpenAsync(settings.Host, settings.Host.User, settings.Port, options, cancellationToken).ConfigureAwait(false)
            : null;
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = tunnel is null ? settings.Address ?? settings.Host.Address : "127.0.0.1",
            Port = tunnel?.Port ?? settings.Port,
            Database = settings.Name,
            Username = settings.User,
            Password = password,
            SslMode = tunnel is null && settings.Tls ? SslMode.Require : SslMode.Prefer,
            Timeout = 10,
            CommandTimeout = 60,
            ApplicationName = "opticworks-build",
            MaxPoolSize = 12,
        };
        var database = new StoreDatabase(builder, tunnel);
        try
        {
            await using var probe = await database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            return database;
        }
        catch (NpgsqlException e)
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw new OperationException($"PostgreSQL does not let us into {settings.Name}", ExitCodes.PreflightRefused, e)
            {
                Where = $"{settings.User} at {settings.Host.Name}:{settings.Port}",
                Seen = e.Message,
                Next = "check the server and the password that the environment names",
            };
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync().ConfigureAwait(false);
        if (_tunnel is not null)
            await _tunnel.DisposeAsync().ConfigureAwait(false);
    }
}
