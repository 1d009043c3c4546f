namespace OpticWorks.Operations.Database.Lint;

/// <summary>What a rule says of a change.</summary>
internal sealed record Verdict(string Rule, Concern Concern, string Why, string SafeWay)
{
    public string? Lock { get; init; }

    public bool Warning { get; init; }

    /// <summary>The table that it is about, when that is not the change's own.</summary>
    public string? Table { get; init; }
}

/// <summary>The table of dangers. A change of a table that is new in this run, or that nobody knows, harms nobody; a lock is a danger
/// when it is held for a scan or a rewrite of a big table.</summary>
internal static class ChangeRules
{
    private const string InSteps =
        "in an earlier release stop using it, and drop it when no release that uses it can be rolled back to";

    /// <param name="transactional">The statement runs inside the migration's transaction.</param>
    public static IEnumerable<Verdict> Judge(SchemaChange change, LintScope scope, bool transactional)
    {
        var facts = scope.Existing(change.Table);
        return [.. Locks(change, facts, scope, transactional), .. Losses(change, facts, scope), .. Contracts(change, facts, scope), .. Failures(change, facts, transactional)];
    }

    private static IEnumerable<Verdict> Locks(SchemaChange change, TableFacts? facts, LintScope scope, bool transactional)
    {
        var big = facts?.Size.IsBig == true;
        var name = change.Name;
        switch (change.Kind)
        {
            case ChangeKind.CreateIndex when big && !change.Concurrently:
                yield return new("create-index", Concern.Lock, "the index is built while nobody can write",
                    "CREATE INDEX CONCURRENTLY, alone in a migration whose isTransactional() returns false") { Lock = LockModes.Share };
                break;
            case ChangeKind.DropIndex when !change.Concurrently && scope.TableOfIndex(name ?? "") is { } owner && scope.Existing(owner)?.Size.IsBig == true:
                yield return new("drop-index", Concern.Lock, "queries that use the index become scans; the lock itself is short",
                    "DROP INDEX CONCURRENTLY, alone in a migration whose isTransactional() returns false, once no query uses it")
                { Lock = LockModes.AccessExclusive, Warning = true, Table = owner };
                break;
            case ChangeKind.Reindex when !change.Concurrently && scope.Existing(change.Table ?? scope.TableOfIndex(name ?? ""))?.Size.IsBig == true:
                yield return new("reindex", Concern.Lock, "the index is built anew while nobody can write, nor read through it", "REINDEX … CONCURRENTLY, outside of a transaction")
                { Lock = LockModes.Share, Table = change.Table ?? scope.TableOfIndex(name ?? "") };
                break;
            case ChangeKind.AddColumn when big && change.Rewrites:
                yield return new("add-column-rewrite", Concern.Lock, $"every row gets a value of its own for \"{name}\", so the table is written anew",
                    "add the column without it, fill it in batches, then set the default") { Lock = LockModes.AccessExclusive };
                break;
            case ChangeKind.ChangeType when big && !IsKeptInPlace(change, facts!):
                yield return new("change-type", Concern.Lock, $"the table and its indexes are written anew for \"{name}\" as {change.Type}",
                    "add a column of the new type, fill it in batches, switch the code, drop the old one later") { Lock = LockModes.AccessExclusive };
                break;
            case ChangeKind.SetNotNull when big && !facts!.FilledChecks(name ?? "").Any(check => check.Valid || scope.WasValidated(change.Table!, check.Name)):
                yield return new("set-not-null", Concern.Lock, $"every row is read to see that \"{name}\" is filled",
                    $"ADD CHECK (\"{name}\" IS NOT NULL) NOT VALID; VALIDATE CONSTRAINT in a later transaction; then SET NOT NULL, which trusts it") { Lock = LockModes.AccessExclusive };
                break;
            case ChangeKind.AddCheck when big && !change.NotValid:
                yield return new("add-check", Concern.Lock, "every row is checked while nobody can use the table",
                    "ADD CONSTRAINT … NOT VALID, then VALIDATE CONSTRAINT in a later transaction") { Lock = LockModes.AccessExclusive };
                break;
            case ChangeKind.AddForeignKey when !change.NotValid && (big || (facts is not null && scope.Existing(change.Other)?.Size.IsBig == true)):
                yield return new("add-foreign-key", Concern.Lock, $"every row is checked while nobody can write to it, nor to {change.Other}",
                    "ADD CONSTRAINT … FOREIGN KEY … NOT VALID, then VALIDATE CONSTRAINT in a later transaction")
                { Lock = LockModes.ShareRowExclusive, Table = big ? change.Table : change.Other };
                break;
            case ChangeKind.AddUnique when big && !change.UsingIndex:
                yield return new("add-unique", Concern.Lock, "its index is built while nobody can use the table",
                    "CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX") { Lock = LockModes.AccessExclusive };
                break;
            case ChangeKind.AddExclusion when big:
                yield return new("add-exclusion", Concern.Lock, "its index is built while nobody can use the table", "make a new table with it, and move the rows in batches")
                { Lock = LockModes.AccessExclusive };
                break;
            case ChangeKind.ValidateConstraint when big && transactional && scope.WasAddedUnchecked(change.Table!, name ?? ""):
                yield return new("validate-at-once", Concern.Lock, "all pending migrations of a module are one transaction, so the lock of ADD CONSTRAINT is held while every row is checked",
                    "VALIDATE CONSTRAINT in a migration of the next release") { Lock = LockModes.AccessExclusive };
                break;
            case ChangeKind.RewriteTable when big:
                yield return new("rewrite-table", Concern.Lock, "the table is written anew", "make a new table, and move the rows in batches") { Lock = LockModes.AccessExclusive };
                break;
            case ChangeKind.AttachPartition when big:
                yield return new("attach-partition", Concern.Lock, "every row is checked against the partition's bounds",
                    "first ADD CHECK with the bounds NOT VALID and VALIDATE it; ATTACH then trusts it") { Lock = LockModes.AccessExclusive };
                break;
            case ChangeKind.DetachPartition when big && !change.Concurrently:
                yield return new("detach-partition", Concern.Lock, $"{change.Other} cannot be used meanwhile", "DETACH PARTITION … CONCURRENTLY, outside of a transaction")
                { Lock = LockModes.AccessExclusive };
                break;
            case ChangeKind.Repack when big:
                yield return new("repack", Concern.Lock, $"{name} writes the table anew", "pg_repack, or plain VACUUM") { Lock = LockModes.AccessExclusive };
                break;
            case ChangeKind.Refresh when big && !change.Concurrently:
                yield return new("refresh-view", Concern.Lock, "the view cannot be read until it is made anew", "REFRESH MATERIALIZED VIEW CONCURRENTLY (it needs a unique index)")
                { Lock = LockModes.AccessExclusive };
                break;
            case ChangeKind.LockTable when big && name is LockModes.AccessExclusive or LockModes.Exclusive or LockModes.ShareRowExclusive or LockModes.Share && facts is not null:
                yield return new("lock-table", Concern.Lock, "the lock is held until the whole migration ends", "do not lock the table; change rows in small batches") { Lock = name };
                break;
            case ChangeKind.Update or ChangeKind.Delete when big:
                yield return new(change.Kind == ChangeKind.Update ? "update-many" : "delete-many", Concern.Lock,
                    change.AllRows ? "every row stays locked until the whole migration ends, and as much again is written" : "the rows it finds stay locked until the whole migration ends",
                    "change rows in batches of a few thousand, each its own transaction, outside of the migration (a migration script)") { Lock = LockModes.RowExclusive };
                break;
            case ChangeKind.Trigger or ChangeKind.RowSecurity when big:
                yield return new("trigger", Concern.Lock, "the lock is short, but waits for every running query first", "keep it alone in its migration; the lock timeout does the rest")
                { Lock = change.Kind == ChangeKind.Trigger ? LockModes.ShareRowExclusive : LockModes.AccessExclusive, Warning = true };
                break;
        }
    }

    private static IEnumerable<Verdict> Losses(SchemaChange change, TableFacts? facts, LintScope scope)
    {
        if (facts is not { Size.Rows: > 0 } and not null)
            yield break;
        switch (change.Kind)
        {
            case ChangeKind.DropTable when facts is not null:
                yield return new("drop-table", Concern.DataLoss, $"its {facts.Size.Rows:N0} rows are gone", InSteps);
                break;
            case ChangeKind.DropColumn when facts is not null && facts.Columns.ContainsKey(change.Name ?? ""):
                yield return new("drop-column", Concern.DataLoss, $"what \"{change.Name}\" holds is gone", InSteps);
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
                    "write to a new column, and switch the code to it") { Warning = true };
                break;
            case ChangeKind.ChangeType when facts is not null && !IsWider(change, facts):
                yield return new("narrow-type", Concern.DataLoss, $"what does not fit {change.Type} is lost, or the statement fails on it", "add a column of the new type and keep the old one");
                break;
            case ChangeKind.DropOther when scope.HasObject(change.Other) && change.Name!.Split(' ')[0] is "schema" or "database" or "sequence" or "extension":
                yield return new("drop-other", Concern.DataLoss, $"{change.Name} is gone with what it holds", InSteps);
                break;
        }
    }

    private static IEnumerable<Verdict> Contracts(SchemaChange change, TableFacts? facts, LintScope scope)
    {
        var table = change.Table ?? "";
        switch (change.Kind)
        {
            case ChangeKind.DropTable or ChangeKind.RenameTable or ChangeKind.MoveTable when facts is not null:
                yield return new("breaks-table", Concern.Contract, "the release that runs looks for it by this name", InSteps);
                break;
            case ChangeKind.DropColumn or ChangeKind.RenameColumn when facts is not null && facts.Columns.ContainsKey(change.Name ?? ""):
                yield return new("breaks-column", Concern.Contract, $"the release that runs reads and writes \"{change.Name}\"", InSteps);
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
            case ChangeKind.ChangeType when facts is not null && !IsWider(change, facts):
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
                    "let a release that keeps to it run first") { Warning = replaced };
                break;
            case ChangeKind.DropOther when scope.HasObject(change.Other):
                yield return new("breaks-other", Concern.Contract, $"the release that runs may use {change.Name}", InSteps);
                break;
            case ChangeKind.RenameOther when scope.HasObject(change.Other):
                yield return new("breaks-other", Concern.Contract, $"the release that runs may use {change.Name} by its old name", InSteps);
                break;
            case ChangeKind.Revoke:
                yield return new("revoke", Concern.Contract, "the release that runs may need the right", "revoke it one release later");
                break;
        }
    }

    private static IEnumerable<Verdict> Failures(SchemaChange change, TableFacts? facts, bool transactional)
    {
        switch (change.Kind)
        {
            case ChangeKind.AddColumn when facts is { Size.Rows: > 0 } && change is { NotNull: true, HasDefault: false } && !facts.Columns.ContainsKey(change.Name ?? ""):
                yield return new("add-required-column-fails", Concern.Failure, $"\"{change.Name}\" would be empty in {facts.Size.Rows:N0} rows, so PostgreSQL refuses", "give it a DEFAULT, or fill it before SET NOT NULL");
                break;
            case ChangeKind.CreateIndex or ChangeKind.DropIndex or ChangeKind.Reindex or ChangeKind.DetachPartition when change.Concurrently && transactional:
                yield return new("concurrently-in-transaction", Concern.Failure, "PostgreSQL refuses CONCURRENTLY inside of a transaction", "a migration of its own whose isTransactional() returns false");
                break;
            case ChangeKind.OutsideTransaction when transactional:
                yield return new("outside-transaction", Concern.Failure, $"PostgreSQL refuses {change.Name} inside of a transaction", "do it by hand, not in a migration");
                break;
            case ChangeKind.TransactionControl:
                yield return new("transaction-control", Concern.Failure, $"{change.Name} ends or splits Medusa's own transaction: a failure after it is rolled back by halves", "leave transactions to Medusa");
                break;
            case ChangeKind.Setting when change.Name is "lock_timeout" or "statement_timeout" or "idle_in_transaction_session_timeout" or "transaction_timeout" or "session_replication_role":
                yield return new("changes-limits", Concern.Failure, $"it takes away the limit that keeps shoppers from waiting ({change.Name})", "leave the limits to this program");
                break;
            case ChangeKind.Dynamic:
                yield return new("dynamic-sql", Concern.Opaque, "it puts SQL together while it runs, which nobody can judge before", "write the statements out") { Warning = true };
                break;
        }
    }

    /// <summary>PostgreSQL changes the type without touching the rows (ALTER TABLE, Notes).</summary>
    internal static bool IsKeptInPlace(SchemaChange change, TableFacts facts) => TypeChange.Of(facts.Columns.GetValueOrDefault(change.Name ?? ""), change.Type) == TypeChange.InPlace;

    private static bool IsWider(SchemaChange change, TableFacts facts) =>
        TypeChange.Of(facts.Columns.GetValueOrDefault(change.Name ?? ""), change.Type) is TypeChange.InPlace or TypeChange.Wider;
}
