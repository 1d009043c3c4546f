using System.Data;
using Npgsql;

namespace OpticWorks.Operations.Database;

/// <summary>A transaction in which PostgreSQL itself refuses to change anything, over one state of the database.</summary>
internal static class ReadOnly
{
    public static async Task<NpgsqlTransaction> BeginAsync(NpgsqlConnection session, CancellationToken cancellationToken)
    {
        var transaction = await session.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand("set transaction read only", session, transaction);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return transaction;
    }
}
