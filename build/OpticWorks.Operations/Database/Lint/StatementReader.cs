namespace OpticWorks.Operations.Database.Lint;

/// <summary>Reads out of a statement's syntax tree what it changes.</summary>
internal static class StatementReader
{
    public static IReadOnlyList<SchemaChange> Changes(SqlStatement statement) => [.. Changes(statement.Node), .. Hidden(statement)];

    /// <summary>A DO block's dynamic SQL, and data changes inside WITH.</summary>
    private static IEnumerable<SchemaChange> Hidden(SqlStatement statement)
    {
        if (statement.Dynamic)
            yield return new SchemaChange(ChangeKind.Dynamic);
        foreach (var node in statement.Node.Fields.TryGetProperty("withClause", out _)
            ? new[] { "DeleteStmt", "UpdateStmt" }.SelectMany(kind => statement.Node.Below(kind))
            : [])
        {
            foreach (var change in Changes(node))
                yield return change;
        }
    }

    private static IEnumerable<SchemaChange> Changes(SyntaxNode node) => node.Kind switch
    {
        "CreateStmt" => [new(ChangeKind.CreateTable, Relation(node)) { Conditional = node.Flag("if_not_exists") }],
        "CreateTableAsStmt" => [new(ChangeKind.CreateTable, node.Plain("into")?.Plain("rel") is { } made ? SqlNames.Table(made) : null)],
        "SelectStmt" => node.Plain("intoClause")?.Plain("rel") is { } into ? [new(ChangeKind.CreateTable, SqlNames.Table(into))] : [Harmless],
        "AlterTableStmt" => AlterTableReader.Changes(node),
        "IndexStmt" => [Index(node)],
        "DropStmt" => Drops(node),
        "RenameStmt" => [Rename(node)],
        "AlterObjectSchemaStmt" => [node.Plain("relation") is { } moved
            ? new(ChangeKind.MoveTable, SqlNames.Table(moved), node.Text("newschema")) : new(ChangeKind.RenameOther, null, node.Text("newschema"))],
        "TruncateStmt" => node.Children("relations").Select(table => new SchemaChange(ChangeKind.Truncate, SqlNames.Table(table))),
        "DeleteStmt" => [new(ChangeKind.Delete, Relation(node)) { AllRows = !node.Has("whereClause") }],
        "UpdateStmt" => [new(ChangeKind.Update, Relation(node)) { AllRows = !node.Has("whereClause"), Columns = Targets(node) }],
        "MergeStmt" => Merge(node),
        "InsertStmt" => [new(node.Plain("onConflictClause")?.Text("action") == "ONCONFLICT_UPDATE" ? ChangeKind.Update : ChangeKind.Insert, Relation(node))
            { Columns = node.Plain("onConflictClause") is { } conflict ? Targets(conflict) : [] }],
        "LockStmt" => node.Children("relations").Select(table => new SchemaChange(ChangeKind.LockTable, SqlNames.Table(table), LockModes.Of(node))),
        "RefreshMatViewStmt" => [new(ChangeKind.Refresh, Relation(node)) { Concurrently = node.Flag("concurrent") }],
        "ReindexStmt" => [Reindex(node)],
        "ClusterStmt" => [new(ChangeKind.Repack, node.Plain("relation") is { } clustered ? SqlNames.Table(clustered) : null, "CLUSTER")],
        "VacuumStmt" => Vacuum(node),
        "CreateTrigStmt" => [new(ChangeKind.Trigger, Relation(node), node.Text("trigname"))],
        "RuleStmt" => [new(ChangeKind.Trigger, Relation(node), node.Text("rulename"))],
        "CreatePolicyStmt" => [new(ChangeKind.RowSecurity, node.Plain("table") is { } guarded ? SqlNames.Table(guarded) : null, node.Text("policy_name"))],
        "AlterEnumStmt" => [node.Has("oldVal")
            ? new(ChangeKind.RenameOther, null, $"value {node.Text("oldVal")} of type {string.Join('.', node.Names("typeName"))}") { Other = node.Names("typeName").LastOrDefault() }
            : new(ChangeKind.AddEnumValue, null, string.Join('.', node.Names("typeName")))],
        "GrantStmt" or "GrantRoleStmt" => [node.Flag("is_grant") ? Harmless : new(ChangeKind.Revoke)],
        "TransactionStmt" => [new(ChangeKind.TransactionControl, null, node.Text("kind")?.Replace("TRANS_STMT_", ""))],
        "VariableSetStmt" => [new(ChangeKind.Setting, null, node.Text("name"))],
        "AlterSystemStmt" => [new(ChangeKind.OutsideTransaction, null, "ALTER SYSTEM")],
        "CreatedbStmt" => [new(ChangeKind.OutsideTransaction, null, "CREATE DATABASE")],
        "DropdbStmt" => [new(ChangeKind.DropOther, null, $"database {node.Text("dbname")}"), new(ChangeKind.OutsideTransaction, null, "DROP DATABASE")],
        _ => [Harmless],
    };

    private static SchemaChange Harmless { get; } = new(ChangeKind.Other);

    private static string? Relation(SyntaxNode node) => node.Plain("relation") is { } relation ? SqlNames.Table(relation) : null;

    private static IReadOnlyList<string> Targets(SyntaxNode node) => [.. node.Children("targetList").Select(target => target.Text("name")).OfType<string>()];

    private static IEnumerable<SchemaChange> Merge(SyntaxNode node) => node.Children("mergeWhenClauses").Select(clause => clause.Text("commandType") switch
    {
        "CMD_DELETE" => new SchemaChange(ChangeKind.Delete, Relation(node)),
        "CMD_UPDATE" => new(ChangeKind.Update, Relation(node)) { Columns = Targets(clause) },
        "CMD_INSERT" => new(ChangeKind.Insert, Relation(node)),
        _ => Harmless,
    });

    private static SchemaChange Index(SyntaxNode node) => new(ChangeKind.CreateIndex, Relation(node), node.Text("idxname"))
    {
        Concurrently = node.Flag("concurrent"),
        Unique = node.Flag("unique"),
        Conditional = node.Flag("if_not_exists"),
        Columns = [.. node.Children("indexParams").Select(column => column.Text("name")).OfType<string>()],
    };

    private static IEnumerable<SchemaChange> Drops(SyntaxNode node)
    {
        var type = node.Text("removeType");
        foreach (var name in node.Children("objects").Select(Name))
        {
            yield return type switch
            {
                "OBJECT_TABLE" or "OBJECT_FOREIGN_TABLE" => new(ChangeKind.DropTable, SqlNames.Table(name)) { Conditional = node.Flag("missing_ok") },
                "OBJECT_INDEX" => new(ChangeKind.DropIndex, null, name[^1]) { Concurrently = node.Flag("concurrent"), Conditional = node.Flag("missing_ok") },
                "OBJECT_TRIGGER" or "OBJECT_RULE" => new(ChangeKind.Trigger, SqlNames.Table([.. name.SkipLast(1)]), name[^1]),
                "OBJECT_POLICY" => new(ChangeKind.RowSecurity, SqlNames.Table([.. name.SkipLast(1)]), name[^1]),
                _ => new(ChangeKind.DropOther, null, $"{type?.Replace("OBJECT_", "").Replace('_', ' ').ToLowerInvariant()} {string.Join('.', name)}") { Other = name[^1], Cascades = node.Text("behavior") == "DROP_CASCADE" },
            };
        }
    }

    private static IReadOnlyList<string> Name(SyntaxNode named) => named.Kind switch
    {
        "List" => named.Names("items"),
        "TypeName" => named.Names("names"),
        "ObjectWithArgs" => named.Names("objname"),
        _ => [named.Text("sval") ?? ""],
    };

    private static SchemaChange Rename(SyntaxNode node) => node.Text("renameType") switch
    {
        "OBJECT_TABLE" => new(ChangeKind.RenameTable, Relation(node), node.Text("newname")),
        "OBJECT_COLUMN" => new(ChangeKind.RenameColumn, Relation(node), node.Text("subname")) { Other = node.Text("newname") },
        "OBJECT_INDEX" or "OBJECT_TABCONSTRAINT" => Harmless,
        var type => new(ChangeKind.RenameOther, null, $"the {type?.Replace("OBJECT_", "").ToLowerInvariant()} that becomes {node.Text("newname")}"),
    };

    private static SchemaChange Reindex(SyntaxNode node)
    {
        var concurrent = node.Children("params").Any(option => option.Text("defname") == "concurrently");
        var isIndex = node.Text("kind") == "REINDEX_OBJECT_INDEX";
        var table = isIndex ? null : Relation(node);
        return new SchemaChange(ChangeKind.Reindex, table, isIndex ? node.Plain("relation")?.Text("relname") : node.Text("name")) { Concurrently = concurrent };
    }

    private static IEnumerable<SchemaChange> Vacuum(SyntaxNode node)
    {
        if (!node.Flag("is_vacuumcmd"))
            yield break; // ANALYZE
        yield return new SchemaChange(ChangeKind.OutsideTransaction, null, "VACUUM");
        if (node.Children("options").Any(option => option.Text("defname") == "full"))
        {
            foreach (var table in node.Children("rels").Select(rel => rel.Plain("relation")).OfType<SyntaxNode>())
                yield return new SchemaChange(ChangeKind.Repack, SqlNames.Table(table), "VACUUM FULL");
        }
    }
}
