namespace OpticWorks.Operations.Database.Lint;

/// <summary>Reads the parts of an ALTER TABLE.</summary>
internal static class AlterTableReader
{
    public static IEnumerable<SchemaChange> Changes(SyntaxNode statement)
    {
        if (statement.Plain("relation") is not { } relation || statement.Text("objtype") is "OBJECT_INDEX" or "OBJECT_SEQUENCE" or "OBJECT_VIEW")
            return [new SchemaChange(ChangeKind.Other)];
        var table = SqlNames.Table(relation);
        return statement.Children("cmds").SelectMany(command => Part(table, command));
    }

    private static IEnumerable<SchemaChange> Part(string table, SyntaxNode command)
    {
        var name = command.Text("name");
        switch (command.Text("subtype"))
        {
            case "AT_AddColumn" when command.Child("def") is { } column:
                return Column(table, column, command.Flag("missing_ok"));
            case "AT_DropColumn":
                return [new(ChangeKind.DropColumn, table, name) { Conditional = command.Flag("missing_ok") }];
            case "AT_AlterColumnType" when command.Child("def") is { } column:
                return [new(ChangeKind.ChangeType, table, name) { Type = TypeOf(column), HasDefault = column.Has("raw_default") }];
            case "AT_SetNotNull":
                return [new(ChangeKind.SetNotNull, table, name)];
            case "AT_DropNotNull":
                return [new(ChangeKind.DropNotNull, table, name)];
            case "AT_ColumnDefault":
                return [new(command.Has("def") ? ChangeKind.SetDefault : ChangeKind.DropDefault, table, name)];
            case "AT_SetExpression" or "AT_AddIdentity":
                return [new(ChangeKind.RewriteTable, table, name)];
            case "AT_AddConstraint" when command.Child("def") is { } constraint:
                return Constraint(table, constraint, []);
            case "AT_ValidateConstraint":
                return [new(ChangeKind.ValidateConstraint, table, name)];
            case "AT_DropConstraint":
                return [new(ChangeKind.DropConstraint, table, name) { Conditional = command.Flag("missing_ok") }];
            case "AT_SetTableSpace" or "AT_SetLogged" or "AT_SetUnLogged" or "AT_SetAccessMethod":
                return [new(ChangeKind.RewriteTable, table, command.Text("subtype")![3..])];
            case "AT_AttachPartition" when command.Child("def")?.Plain("name") is { } partition:
                return [new(ChangeKind.AttachPartition, SqlNames.Table(partition)) { Other = table }];
            case "AT_DetachPartition" when command.Child("def") is { } detached && detached.Plain("name") is { } partition:
                return [new(ChangeKind.DetachPartition, SqlNames.Table(partition)) { Other = table, Concurrently = detached.Flag("concurrent") }];
            case { } trigger when trigger.StartsWith("AT_EnableTrig", StringComparison.Ordinal) || trigger.StartsWith("AT_DisableTrig", StringComparison.Ordinal):
                return [new(ChangeKind.Trigger, table, name ?? "all")];
            case "AT_EnableRowSecurity" or "AT_DisableRowSecurity" or "AT_ForceRowSecurity" or "AT_NoForceRowSecurity":
                return [new(ChangeKind.RowSecurity, table)];
            default:
                return [new(ChangeKind.Other, table)];
        }
    }

    private static string? TypeOf(SyntaxNode column) => column.Plain("typeName") is { } type ? SqlNames.Type(type) : null;

    /// <summary>A new column, and what its own constraints are for the table.</summary>
    private static IEnumerable<SchemaChange> Column(string table, SyntaxNode column, bool conditional)
    {
        var name = column.Text("colname");
        var type = TypeOf(column) ?? "";
        var constraints = column.Children("constraints");
        var kinds = constraints.Select(constraint => constraint.Text("contype")).ToHashSet();
        yield return new SchemaChange(ChangeKind.AddColumn, table, name)
        {
            Type = type,
            NotNull = kinds.Contains("CONSTR_NOTNULL") || kinds.Contains("CONSTR_PRIMARY") || ColumnValues.IsSerial(type),
            HasDefault = kinds.Contains("CONSTR_DEFAULT") || kinds.Contains("CONSTR_GENERATED") || kinds.Contains("CONSTR_IDENTITY") || ColumnValues.IsSerial(type),
            Rewrites = ColumnValues.AreEachTheirOwn(type, constraints),
            Conditional = conditional,
        };
        foreach (var change in constraints.SelectMany(constraint => Constraint(table, constraint, [name ?? ""])))
            yield return change;
    }

    private static IEnumerable<SchemaChange> Constraint(string table, SyntaxNode constraint, IReadOnlyList<string> ownColumns)
    {
        var name = constraint.Text("conname");
        var columns = constraint.Names("keys") is { Count: > 0 } keys ? keys : constraint.Names("fk_attrs") is { Count: > 0 } own ? own : ownColumns;
        var notValid = constraint.Flag("skip_validation");
        switch (constraint.Text("contype"))
        {
            case "CONSTR_CHECK":
                yield return new SchemaChange(ChangeKind.AddCheck, table, name)
                {
                    NotValid = notValid,
                    Columns = [.. constraint.Below("ColumnRef").Select(reference => reference.Names("fields").LastOrDefault() ?? "").Concat(ownColumns).Distinct()],
                };
                break;
            case "CONSTR_FOREIGN":
                yield return new SchemaChange(ChangeKind.AddForeignKey, table, name)
                { NotValid = notValid, Columns = columns, Other = constraint.Plain("pktable") is { } other ? SqlNames.Table(other) : null };
                break;
            case "CONSTR_UNIQUE" or "CONSTR_PRIMARY":
                yield return new SchemaChange(ChangeKind.AddUnique, table, name) { Columns = columns, UsingIndex = constraint.Has("indexname"), Unique = true };
                break;
            case "CONSTR_EXCLUSION":
                yield return new SchemaChange(ChangeKind.AddExclusion, table, name)
                { Columns = [.. constraint.Below("IndexElem").Select(element => element.Text("name")).OfType<string>()] };
                break;
        }
    }
}
