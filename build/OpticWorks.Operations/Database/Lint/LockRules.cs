namespace OpticWorks.Operations.Database.Lint;

/// <summary>Locks that are held for a scan or a rewrite of a big table.</summary>
internal static class LockRules
{
    public static IEnumerable<Verdict> Judge(SchemaChange change, TableFacts? facts, LintScope scope, bool transactional)
    {
        var big = facts?.Size.IsBig == true;
        var name = change.Name;
        switch (change.Kind)
        {
            case ChangeKind.CreateIndex when big && !change.Concurrently:
                yield return new("create-index", Concern.Lock, "the index is built while nobody can write",
                    "CREATE INDEX CONCURRENTLY, alone in a migration whose isTransactional() returns false")
                { Lock = LockModes.Share };
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
                    "add the column without it, fill it in batches, then set the default")
                { Lock = LockModes.AccessExclusive };
                break;
            case ChangeKind.ChangeType when big && !TypeChange.IsInPlace(change, facts!):
                yield return new("change-type", Concern.Lock, $"the table and its indexes are written anew for \"{name}\" as {change.Type}",
                    "add a column of the new type, fill it in batches, switch the code, drop the old one later")
                { Lock = LockModes.AccessExclusive };
                break;
            case ChangeKind.SetNotNull when big && !facts!.FilledChecks(name ?? "").Any(check => check.Valid || scope.WasValidated(change.Table!, check.Name)):
                yield return new("set-not-null", Concern.Lock, $"every row is read to see that \"{name}\" is filled",
                    $"ADD CHECK (\"{name}\" IS NOT NULL) NOT VALID; VALIDATE CONSTRAINT in a later transaction; then SET NOT NULL, which trusts it")
                { Lock = LockModes.AccessExclusive };
                break;
            case ChangeKind.AddCheck when big && !change.NotValid:
                yield return new("add-check", Concern.Lock, "every row is checked while nobody can use the table",
                    "ADD CONSTRAINT … NOT VALID, then VALIDATE CONSTRAINT in a later transaction")
                { Lock = LockModes.AccessExclusive };
                break;
            case ChangeKind.AddForeignKey when !change.NotValid && (big || (facts is not null && scope.Existing(change.Other)?.Size.IsBig == true)):
                yield return new("add-foreign-key", Concern.Lock, $"every row is checked while nobody can write to it, nor to {change.Other}",
                    "ADD CONSTRAINT … FOREIGN KEY … NOT VALID, then VALIDATE CONSTRAINT in a later transaction")
                { Lock = LockModes.ShareRowExclusive, Table = big ? change.Table : change.Other };
                break;
            case ChangeKind.AddUnique when big && !change.UsingIndex:
                yield return new("add-unique", Concern.Lock, "its index is built while nobody can use the table",
                    "CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX")
                { Lock = LockModes.AccessExclusive };
                break;
            case ChangeKind.AddExclusion when big:
                yield return new("add-exclusion", Concern.Lock, "its index is built while nobody can use the table", "make a new table with it, and move the rows in batches")
                { Lock = LockModes.AccessExclusive };
                break;
            case ChangeKind.ValidateConstraint when big && transactional && scope.WasAddedUnchecked(change.Table!, name ?? ""):
                yield return new("validate-at-once", Concern.Lock, "all pending migrations of a module are one transaction, so the lock of ADD CONSTRAINT is held while every row is checked",
                    "VALIDATE CONSTRAINT in a migration of the next release")
                { Lock = LockModes.AccessExclusive };
                break;
            case ChangeKind.RewriteTable when big:
                yield return new("rewrite-table", Concern.Lock, "the table is written anew", "make a new table, and move the rows in batches") { Lock = LockModes.AccessExclusive };
                break;
            case ChangeKind.AttachPartition when big:
                yield return new("attach-partition", Concern.Lock, "every row is checked against the partition's bounds",
                    "first ADD CHECK with the bounds NOT VALID and VALIDATE it; ATTACH then trusts it")
                { Lock = LockModes.AccessExclusive };
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
                    "change rows in batches of a few thousand, each its own transaction, outside of the migration (a migration script)")
                { Lock = LockModes.RowExclusive };
                break;
            case ChangeKind.Trigger or ChangeKind.RowSecurity when big:
                yield return new("trigger", Concern.Lock, "the lock is short, but waits for every running query first", "keep it alone in its migration; the lock timeout does the rest")
                { Lock = change.Kind == ChangeKind.Trigger ? LockModes.ShareRowExclusive : LockModes.AccessExclusive, Warning = true };
                break;
        }
    }
}
