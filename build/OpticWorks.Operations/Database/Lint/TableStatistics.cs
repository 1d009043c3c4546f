using System.Text.Json;

namespace OpticWorks.Operations.Database.Lint;

/// <summary>How much a table holds.</summary>
/// <param name="Rows">Live rows: counted when the table is small, else PostgreSQL's estimate.</param>
/// <param name="Bytes">Bytes on disk, indexes and TOAST included.</param>
public sealed record TableSize(long Rows, long Bytes)
{
    /// <summary>From this many rows, or bytes, a lock that lasts as long as a scan is felt by shoppers.</summary>
    public const long BigRows = 100_000;

    /// <inheritdoc cref="BigRows"/>
    public const long BigBytes = 64L << 20;

    public bool IsBig => Rows >= BigRows || Bytes >= BigBytes;

    public override string ToString() => Bytes >= 1L << 30
        ? FormattableString.Invariant($"{Rows:N0} rows, {Bytes / (double)(1L << 30):0.0} GiB")
        : FormattableString.Invariant($"{Rows:N0} rows, {Bytes / (double)(1L << 20):0.0} MiB");
}

/// <summary>What is known of one table.</summary>
/// <param name="Columns">Type of each column, as format_type() writes it.</param>
/// <param name="Indexes">Names of its indexes.</param>
/// <param name="Constraints">Each constraint's definition, as pg_get_constraintdef() writes it.</param>
public sealed record TableFacts(
    TableSize Size, IReadOnlyDictionary<string, string> Columns, IReadOnlyList<string> Indexes, IReadOnlyDictionary<string, string> Constraints)
{
    private const string NotValid = " NOT VALID";

    /// <summary>Names of checks that the column is never NULL; PostgreSQL trusts a valid one instead of reading every row.</summary>
    public IEnumerable<(string Name, bool Valid)> FilledChecks(string column) => Constraints
        .Where(constraint => constraint.Value.Replace(NotValid, "") is var check && (check == $"CHECK (({column} IS NOT NULL))" || check == $"CHECK ((\"{column}\" IS NOT NULL))"))
        .Select(constraint => (constraint.Key, !constraint.Value.EndsWith(NotValid, StringComparison.Ordinal)));
}

/// <summary>The tables of a database with their sizes, read from it or from a file that somebody published who could reach it.</summary>
/// <param name="Tables">By name, "schema.table".</param>
/// <param name="Objects">Names of what is no table and no index: views, types, functions, sequences, schemas, extensions.</param>
/// <param name="Applied">Names of the migrations that Medusa has recorded.</param>
public sealed record TableStatistics(DateTimeOffset TakenAt, IReadOnlyDictionary<string, TableFacts> Tables, IReadOnlyList<string> Objects, IReadOnlyList<string> Applied)
{
    /// <summary>The file's version; a reader refuses another.</summary>
    private const int Schema = 1;

    /// <summary>A database without tables.</summary>
    public static TableStatistics Empty { get; } = new(DateTimeOffset.UnixEpoch, new Dictionary<string, TableFacts>(), [], []);

    /// <summary>Holds names, types and sizes, and nothing of what the tables hold.</summary>
    public string Write() => JsonSerializer.Serialize(new { Schema, TakenAt, Tables, Objects, Applied }, Format);

    /// <exception cref="OperationException">It is no such file (exit 2).</exception>
    public static TableStatistics Read(string json, string where)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (!document.RootElement.TryGetProperty("schema", out var schema) || schema.GetInt32() != Schema)
                throw new JsonException($"its schema is not {Schema}");
            return document.RootElement.Deserialize<TableStatistics>(Format) is { Tables: not null, Objects: not null, Applied: not null } statistics
                ? statistics
                : throw new JsonException("it lists no tables");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new OperationException("The statistics of the tables cannot be read", ExitCodes.Configuration, e)
            { Where = where, Seen = e.Message, Next = "./build.sh MigrationStatus --environment NAME --publish-statistics FILE" };
        }
    }

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };
}
