namespace OpticWorks.Operations.Database.Lint;

/// <summary>Names in syntax trees, as this suite writes them: "schema.table", in the schema "public" unless one is named.</summary>
internal static class SqlNames
{
    private const string DefaultSchema = "public";

    /// <summary>Of a RangeVar.</summary>
    public static string Table(SyntaxNode relation) => $"{relation.Text("schemaname") ?? DefaultSchema}.{relation.Text("relname")}";

    /// <summary>Of a list of name parts.</summary>
    public static string Table(IReadOnlyList<string> parts) => parts.Count > 1 ? $"{parts[^2]}.{parts[^1]}" : $"{DefaultSchema}.{parts[0]}";

    /// <summary>Of a TypeName: "text", "varchar(64)", "numeric(10,2)", "text[]".</summary>
    public static string Type(SyntaxNode type)
    {
        var name = type.Names("names") is { Count: > 0 } names ? names[^1] : "";
        var modifiers = type.Children("typmods").Select(Number).ToArray();
        return name
            + (modifiers.Length > 0 && modifiers.All(text => text is not null) ? $"({string.Join(',', modifiers)})" : "")
            + (type.Has("arrayBounds") ? "[]" : "");
    }

    private static string? Number(SyntaxNode constant) =>
        constant.Kind == "A_Const" && constant.Plain("ival") is { } value
            ? value.Fields.TryGetProperty("ival", out var number) ? number.GetRawText() : "0"
            : null;
}
