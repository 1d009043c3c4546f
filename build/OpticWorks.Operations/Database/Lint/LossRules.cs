namespace OpticWorks.Operations.Database.Lint;

/// <summary>Data that is destroyed.</summary>
internal static class LossRules
{
    public static IEnumerable<Verdict> Judge(SchemaChange change, TableFacts? facts, LintScope scope)
    {
        if (facts is not { Size.Rows: > 0 } and not null)
            yield break;
        switch (change.Kind)
        {
            case ChangeKind.DropTable when facts is not null:
                yield return new("drop-table", Concern.DataLoss, $"its {facts.Size.Rows:N0} rows are gone", ChangeRules.InSteps);
                break;
            case ChangeKind.DropColumn when facts is not null && facts.Columns.ContainsKey(change.Name ?? ""):
                yield return new("drop-column", Concern.DataLoss, $"what \"{change.Name}\" holds is gone", ChangeRules.InSteps);
                break;
            case ChangeKind.Truncate when facts is not null:
                yield return new("truncate", Concern.DataLoss, $"its {facts.Size.Rows:N0} rows are gone", "keep the rows, or move them to another table first") { Lock = LockModes.AccessExclusive };
                break;
            case ChangeKind.Delete when facts is not null:
                yield return new("delete", Concern.DataLoss, change.AllRows ? $"its {facts.Size.Rows:N0} rows are gone" : "the rows it finds are gone",
                    "mark them (deleted_at), or move them to another table first");
                break;
            case ChangeKind.Update when facts is not null && change.Columns.Any(column => !scope.IsNewColumn(change.Table!, column)):
                yield return new("update", Concern.DataLoss,
                    $"what {string.Join(", ", change.Columns.Where(column => !scope.IsNewColumn(change.Table!, column)).Select(column => $"\"{column}\""))} held before is gone",
                    "write to a new column, and switch the code to it")
                { Warning = true };
                break;
            case ChangeKind.ChangeType when facts is not null && !TypeChange.IsWider(change, facts):
                yield return new("narrow-type", Concern.DataLoss, $"what does not fit {change.Type} is lost, or the statement fails on it", "add a column of the new type and keep the old one");
                break;
            case ChangeKind.DropOther when scope.HasObject(change.Other) && change.Name!.Split(' ')[0] is "schema" or "database" or "sequence" or "extension":
                yield return new("drop-other", Concern.DataLoss, $"{change.Name} is gone with what it holds", ChangeRules.InSteps);
                break;
            case ChangeKind.DropOther when change.Cascades && scope.HasObject(change.Other) && change.Name!.Split(' ')[0] is "type" or "domain":
                yield return new("drop-other", Concern.DataLoss, $"every column of {change.Name} is gone with it", ChangeRules.InSteps);
                break;
        }
    }
}
