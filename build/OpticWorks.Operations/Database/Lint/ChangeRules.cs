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
    internal const string InSteps =
        "in an earlier release stop using it, and drop it when no release that uses it can be rolled back to";

    /// <param name="transactional">The statement runs inside the migration's transaction.</param>
    public static IEnumerable<Verdict> Judge(SchemaChange change, LintScope scope, bool transactional)
    {
        var facts = scope.Existing(change.Table);
        return [.. LockRules.Judge(change, facts, scope, transactional), .. LossRules.Judge(change, facts, scope), .. ContractRules.Judge(change, facts, scope), .. FailureRules.Judge(change, facts, scope, transactional)];
    }
}
