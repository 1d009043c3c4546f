using System.Text.Json;

namespace OpticWorks.Operations.Database.Lint;

/// <summary>A node of the tree that PostgreSQL's parser makes (libpg_query's JSON): a kind, for example "IndexStmt", and its fields.</summary>
internal readonly record struct SyntaxNode(string Kind, JsonElement Fields)
{
    /// <summary>From a wrapped node: {"IndexStmt": {…}}.</summary>
    public static SyntaxNode Of(JsonElement wrapped)
    {
        foreach (var property in wrapped.EnumerateObject())
            return new SyntaxNode(property.Name, property.Value);
        return new SyntaxNode("", wrapped);
    }

    public string? Text(string field) => Fields.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public bool Flag(string field) => Fields.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.True;

    public bool Has(string field) => Fields.TryGetProperty(field, out _);

    /// <summary>A field whose node is written without its kind, for example a relation.</summary>
    public SyntaxNode? Plain(string field) => Fields.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Object ? new SyntaxNode(field, value) : null;

    public SyntaxNode? Child(string field) => Fields.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Object ? Of(value) : null;

    public IReadOnlyList<SyntaxNode> Children(string field) =>
        Fields.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(Of)] : [];

    /// <summary>A list of strings, for example a qualified name.</summary>
    public IReadOnlyList<string> Names(string field) => [.. Children(field).Where(node => node.Kind == "String").Select(node => node.Text("sval") ?? "")];

    /// <summary>Every node below this one with this kind.</summary>
    public IEnumerable<SyntaxNode> Below(string kind) => Below(Fields, kind);

    private static IEnumerable<SyntaxNode> Below(JsonElement element, string kind)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (var found in element.EnumerateArray().SelectMany(item => Below(item, kind)))
                    yield return found;
                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    if (property.Name == kind)
                        yield return new SyntaxNode(kind, property.Value);
                    foreach (var found in Below(property.Value, kind))
                        yield return found;
                }

                break;
        }
    }
}
