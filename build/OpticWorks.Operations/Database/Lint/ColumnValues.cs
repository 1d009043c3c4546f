namespace OpticWorks.Operations.Database.Lint;

/// <summary>Whether a new column's default is one value for all rows, which PostgreSQL stores once, or one for each, which rewrites
/// the table (ALTER TABLE, Notes).</summary>
internal static class ColumnValues
{
    private static readonly HashSet<string> SerialTypes =
        new(StringComparer.OrdinalIgnoreCase) { "serial", "serial2", "serial4", "serial8", "smallserial", "bigserial" };

    /// <summary>Functions whose result does not change within a statement. Any other is taken for volatile.</summary>
    private static readonly HashSet<string> Stable = new(StringComparer.OrdinalIgnoreCase)
    {
        "now", "transaction_timestamp", "statement_timestamp", "current_setting", "current_database", "current_schema", "lower", "upper",
        "trim", "btrim", "ltrim", "rtrim", "length", "concat", "replace", "substring", "substr", "left", "right", "coalesce", "abs", "round",
        "floor", "ceil", "date_trunc", "timezone", "to_timestamp", "make_interval", "make_date", "md5", "encode", "decode", "to_json",
        "to_jsonb", "json_build_object", "jsonb_build_object", "json_build_array", "jsonb_build_array", "array_to_string", "to_tsvector",
    };

    /// <param name="type">The column's type, as written.</param>
    public static bool AreEachTheirOwn(string type, IEnumerable<SyntaxNode> constraints) =>
        SerialTypes.Contains(type) || constraints.Any(constraint => constraint.Text("contype") switch
        {
            "CONSTR_GENERATED" or "CONSTR_IDENTITY" => true,
            "CONSTR_DEFAULT" => constraint.Below("FuncCall").Any(call => !Stable.Contains(call.Names("funcname").LastOrDefault() ?? "")),
            _ => false,
        });

    public static bool IsSerial(string type) => SerialTypes.Contains(type);
}
