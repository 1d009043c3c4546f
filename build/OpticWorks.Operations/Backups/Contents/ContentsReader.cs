using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Npgsql;

namespace OpticWorks.Operations.Backups.Contents;

/// <summary>Reads what is in a database, all of it as of one snapshot.</summary>
/// <param name="snapshot">An exported snapshot's id; every connection sees exactly that.</param>
internal sealed class ContentsReader(NpgsqlDataSource source, string snapshot)
{
    private const string LargeObjects = "(large objects)";

    /// <summary>Rows and digests, the greatest table first, over so many connections at once.</summary>
    public async Task<IReadOnlyList<TableContent>> TablesAsync(int connections, CancellationToken cancellationToken)
    {
        await using var first = await OpenAsync(cancellationToken).ConfigureAwait(false);
        var tables = new ConcurrentQueue<(string Name, string Query)>();
        await using (var reader = await new NpgsqlCommand(ContentsQueries.Tables, first).ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                tables.Enqueue((reader.GetString(0), ContentsQueries.Digest(reader.GetString(0), reader.GetBoolean(1), reader.GetFieldValue<string[]>(2))));
        }

        tables.Enqueue((LargeObjects, ContentsQueries.LargeObjects));
        var found = new ConcurrentBag<TableContent>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async number =>
        {
            try
            {
                await using var own = number == 0 ? null : await OpenAsync(stop.Token).ConfigureAwait(false);
                while (tables.TryDequeue(out var table))
                    found.Add(await TableAsync(own ?? first, table.Name, table.Query, stop.Token).ConfigureAwait(false));
            }
            catch
            {
                await stop.CancelAsync().ConfigureAwait(false);
                throw;
            }
        })).ConfigureAwait(false);
        return [.. found.Where(table => table.Name != LargeObjects || table.Rows > 0).OrderBy(table => table.Name, StringComparer.Ordinal)];
    }

    /// <summary>Definitions of everything that is not data.</summary>
    /// <param name="invalidIndexes">With invalid indexes: a dump leaves them out, and a restored database must not have one.</param>
    public async Task<IReadOnlyList<Definition>> DefinitionsAsync(bool invalidIndexes, CancellationToken cancellationToken)
    {
        await using var session = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(ContentsQueries.Definitions, session) { Parameters = { new() { Value = invalidIndexes } }, CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<Definition>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            found.Add(new Definition(reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? "" : reader.GetString(2)));
        return [.. found.OrderBy(definition => definition.Kind, StringComparer.Ordinal).ThenBy(definition => definition.Name, StringComparer.Ordinal)];
    }

    /// <summary>Each sequence's next value at this moment; no snapshot holds it.</summary>
    public static async Task<IReadOnlyDictionary<string, decimal>> SequencesAsync(NpgsqlConnection session, CancellationToken cancellationToken)
    {
        var sequences = new List<(string Name, long Increment)>();
        await using (var reader = await new NpgsqlCommand(ContentsQueries.Sequences, session).ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                sequences.Add((reader.GetString(0), reader.GetInt64(1)));
        }

        if (sequences.Count == 0)
            return new Dictionary<string, decimal>();
        var text = new StringBuilder();
        foreach (var (name, increment) in sequences)
        {
            text.Append(text.Length == 0 ? "" : " union all ").Append(CultureInfo.InvariantCulture,
                $"select last_value::numeric + case when is_called then {increment} else 0 end from {name}");
        }

        var found = new Dictionary<string, decimal>();
        await using var values = await new NpgsqlCommand(text.ToString(), session).ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        for (var i = 0; await values.ReadAsync(cancellationToken).ConfigureAwait(false); i++)
            found[sequences[i].Name] = values.GetDecimal(0);
        return found;
    }

    /// <summary>What a sequence's next value was between two looks at it; one that came or went between them is left out.</summary>
    public static IReadOnlyList<SequenceContent> Between(IReadOnlyDictionary<string, decimal> before, IReadOnlyDictionary<string, decimal> after) =>
    [
        .. before.Where(pair => after.ContainsKey(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => new SequenceContent(pair.Key, Math.Min(pair.Value, after[pair.Key]), Math.Max(pair.Value, after[pair.Key]))),
    ];

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var session = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await DatabaseSnapshot.BeginAsync(session, cancellationToken).ConfigureAwait(false);
            await using var command = new NpgsqlCommand($"set transaction snapshot '{snapshot.Replace("'", "''")}'", session);
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<TableContent> TableAsync(NpgsqlConnection session, string name, string query, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(query, session) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new TableContent(name, reader.GetInt64(0), reader.GetString(1));
    }
}
