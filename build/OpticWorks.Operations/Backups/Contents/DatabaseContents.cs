using System.IO.Compression;
using System.Text.Json;

namespace OpticWorks.Operations.Backups.Contents;

/// <summary>What is in a database, so that a restored one can be compared: every table's rows and digest, and every definition.</summary>
/// <param name="Tables">By name.</param>
/// <param name="Sequences">Their next values; read before and after a dump, because sequences are in no snapshot.</param>
public sealed record DatabaseContents(
    IReadOnlyList<TableContent> Tables, IReadOnlyList<SequenceContent> Sequences, IReadOnlyList<Definition> Definitions)
{
    public long Rows => Tables.Sum(table => table.Rows);

    public byte[] Write()
    {
        using var bytes = new MemoryStream();
        using (var compressed = new BrotliStream(bytes, CompressionLevel.Fastest))
            JsonSerializer.Serialize(compressed, this);
        return bytes.ToArray();
    }

    public static DatabaseContents Read(byte[] bytes)
    {
        using var plain = new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<DatabaseContents>(plain) ?? throw new JsonException("null");
    }
}

/// <summary>A table's rows.</summary>
/// <param name="Name">With its schema, quoted where PostgreSQL would.</param>
/// <param name="Digest">The sum of a 64-bit hash of each row (<see cref="ContentsQueries.Digest"/>): the same whatever the order of the rows.</param>
public sealed record TableContent(string Name, long Rows, string Digest);

/// <summary>A sequence's next value: at the backup one between two, in a restored database exactly one.</summary>
public sealed record SequenceContent(string Name, decimal Least, decimal Most);

/// <summary>The definition of a constraint, index, column, view, function, trigger, type, policy, grant or extension.</summary>
/// <param name="Kind">For example "constraint".</param>
/// <param name="Name">For example "public.cart cart_pkey".</param>
/// <param name="Text">As PostgreSQL prints it.</param>
public sealed record Definition(string Kind, string Name, string Text);
