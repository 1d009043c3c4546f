namespace OpticWorks.Operations.Database.Lint;

/// <summary>Statements that fail, that take protection away, or that nobody can judge before they run.</summary>
internal static class FailureRules
{
    public static IEnumerable<Verdict> Judge(SchemaChange change, TableFacts? facts, LintScope scope, bool transactional)
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
            // A database without tables has nobody to harm.
            case ChangeKind.Dynamic when scope.HasTables:
                yield return new("dynamic-sql", Concern.Opaque, "it puts SQL together while it runs, which nobody can judge before", "write the statements out") { Warning = true };
                break;
        }
    }
}
