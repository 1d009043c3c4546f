using Npgsql;

namespace OpticWorks.Operations.Backups.Contents;

/// <summary>An exported snapshot: what others import as long as this session's transaction is open.</summary>
internal sealed class DatabaseSnapshot : IAsyncDisposable
{
    private DatabaseSnapshot(NpgsqlConnection session, string id, DateTimeOffset at) => (Session, Id, At) = (session, id, at);

    public NpgsqlConnection Session { get; }

    /// <summary>For example "00000003-0000001B-1".</summary>
    public string Id { get; }

    /// <summary>By the server's clock.</summary>
    public DateTimeOffset At { get; }

    public static async Task<DatabaseSnapshot> ExportAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var session = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await BeginAsync(session, cancellationToken).ConfigureAwait(false);
            await using var reader = await new NpgsqlCommand("select pg_export_snapshot(), clock_timestamp()", session)
                .ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            return new DatabaseSnapshot(session, reader.GetString(0), new DateTimeOffset(reader.GetDateTime(1)));
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public ValueTask DisposeAsync() => Session.DisposeAsync();

    internal static async Task BeginAsync(NpgsqlConnection session, CancellationToken cancellationToken)
    {
        await using var settings = new NpgsqlCommand(ContentsQueries.Settings, session);
        await settings.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await using var begin = new NpgsqlCommand("begin isolation level repeatable read read only", session);
        await begin.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
