namespace OpticWorks.Operations.Releases;

/// <summary>Which release a rollback goes to.</summary>
public static class RollbackChoice
{
    /// <param name="records">The newest first.</param>
    /// <param name="current">What the instances run; usually one.</param>
    /// <param name="staged">What is there on every backend host.</param>
    /// <param name="wanted">A release by name; null: the newest good one before the current.</param>
    /// <param name="acceptUnproved">A person takes a release whose proof is missing or failed.</param>
    /// <exception cref="OperationException">There is none (exit 4), or it needs --accept-unproved.</exception>
    public static ReleaseRecord Of(
        IReadOnlyList<ReleaseRecord> records, IReadOnlyCollection<string> current, IReadOnlyCollection<string> staged, ReleaseId? wanted, bool acceptUnproved)
    {
        var chosen = wanted is not null
            ? records.FirstOrDefault(record => record.Release == wanted.Text)
                ?? throw Refused($"There is no release {wanted}", null)
            : records.FirstOrDefault(record => record.State == ReleaseState.Good && !current.Contains(record.Release)
                    && staged.Contains(record.Release) && current.All(live => string.CompareOrdinal(record.Release, live) < 0))
                ?? throw Refused("There is no earlier good release to go back to", string.Join('\n', records.Select(record => $"{record.Release} {record.State} {record.Note}".TrimEnd())));
        if (current.Count == 1 && current.Contains(chosen.Release))
            throw Refused($"Every instance runs {chosen.Release} already", null);
        if (!staged.Contains(chosen.Release))
            throw Refused($"{chosen.Release} is not on every host any more", null);
        if (!acceptUnproved && chosen.Proof is not { Problem: null })
        {
            throw Refused(chosen.Proof?.Problem is { } problem
                    ? $"{chosen.Release} was tried against today's database and failed: {problem}"
                    : $"Nobody has seen {chosen.Release} run against today's database", null,
                "--to another release, or --accept-unproved when you know better");
        }

        return chosen;
    }

    private static OperationException Refused(string what, string? seen, string next = "./build.sh Releases --environment …") =>
        OperationException.Preflight(what, next, null, seen);
}
