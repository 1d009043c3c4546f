namespace OpticWorks.Operations.Database.Lint;

/// <summary>What the release that runs beside the migration would fail on.</summary>
internal static class ContractRules
{
    public static IEnumerable<Verdict> Judge(SchemaChange change, TableFacts? facts, LintScope scope)
    {
        var table = change.Table ?? "";
        switch (change.Kind)
        {
            case ChangeKind.DropTable or ChangeKind.RenameTable or ChangeKind.MoveTable when facts is not null:
                yield return new("breaks-table", Concern.Contract, "the release that runs looks for it by this name", ChangeRules.InSteps);
                break;
            case ChangeKind.DropColumn or ChangeKind.RenameColumn when facts is not null && facts.Columns.ContainsKey(change.Name ?? ""):
                yield return new("breaks-column", Concern.Contract, $"the release that runs reads and writes \"{change.Name}\"", ChangeRules.InSteps);
                break;
            case ChangeKind.AddColumn when facts is not null && change is { NotNull: true, HasDefault: false } && !facts.Columns.ContainsKey(change.Name ?? ""):
                yield return new("add-required-column", Concern.Contract, $"the release that runs inserts rows without \"{change.Name}\", which then fail", "give it a DEFAULT, or let it be NULL");
                break;
            case ChangeKind.SetNotNull when facts is not null && !(scope.IsNewColumn(table, change.Name ?? "") && scope.GotDefault(table, change.Name ?? "")):
                yield return new("require-column", Concern.Contract, $"the release that runs may write no \"{change.Name}\"", "give it a DEFAULT first, and require it one release later");
                break;
            case ChangeKind.DropDefault when facts is not null:
                yield return new("drop-default", Concern.Contract, $"the release that runs may insert rows without \"{change.Name}\"", "drop it one release later") { Warning = true };
                break;
            case ChangeKind.ChangeType when facts is not null && !TypeChange.IsWider(change, facts):
                yield return new("breaks-type", Concern.Contract, $"the release that runs expects \"{change.Name}\" as {facts.Columns.GetValueOrDefault(change.Name ?? "", "it is")}",
                    "add a column of the new type, write both, drop the old one later");
                break;
            case ChangeKind.AddCheck or ChangeKind.AddForeignKey or ChangeKind.AddUnique or ChangeKind.AddExclusion or ChangeKind.CreateIndex
                when facts is not null && (change.Kind != ChangeKind.CreateIndex || change.Unique) && change.Columns.Any(column => !scope.IsNewColumn(table, column)):
                var replaced = scope.WasDropped(table, change.Name ?? "");
                if (change.UsingIndex || (change.Kind == ChangeKind.CreateIndex && change.Conditional && facts.Indexes.Contains(change.Name ?? "")))
                    break;
                yield return new("refuses-rows", Concern.Contract,
                    $"rows that the release that runs writes may be refused by {change.Name ?? "it"}{(replaced ? ", which replaces one of the same name" : "")}",
                    "let a release that keeps to it run first")
                { Warning = replaced };
                break;
            case ChangeKind.DropOther when scope.HasObject(change.Other):
                yield return new("breaks-other", Concern.Contract, $"the release that runs may use {change.Name}", ChangeRules.InSteps);
                break;
            case ChangeKind.RenameOther when scope.HasObject(change.Other):
                yield return new("breaks-other", Concern.Contract, $"the release that runs may use {change.Name} by its old name", ChangeRules.InSteps);
                break;
            case ChangeKind.Revoke:
                yield return new("revoke", Concern.Contract, "the release that runs may need the right", "revoke it one release later");
                break;
        }
    }
}
