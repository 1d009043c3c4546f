using OpticWorks.Operations.Database.Lint;

namespace OpticWorks.Operations.Database.Migrations;

/// <summary>What is known of a release's migrations before anything runs: where each stands, what the pending ones do, what harm they may.</summary>
public sealed record MigrationReview(MigrationState State, IReadOnlyList<ReadMigration> Pending)
{
    public IEnumerable<Finding> Findings => Pending.SelectMany(one => one.Findings);

    /// <summary>A backup is needed first.</summary>
    public bool LosesData => Pending.Any(one => one.Class.LosesData);

    /// <summary>Migrations after which the release that runs now fails; a canary or a rollback cannot cross them.</summary>
    public IReadOnlyList<ReadMigration> Contracts => [.. Pending.Where(one => !one.Class.FitsOldRelease)];

    /// <summary>Refuses what nobody has accepted.</summary>
    /// <param name="otherRelease">Instances run another release now, which a contract would break.</param>
    /// <exception cref="OperationException">Something is not accepted (exit 4); lists all of it.</exception>
    public void Require(MigrationPolicy policy, bool otherRelease, string next)
    {
        var reasons = new List<string>();
        var accept = new SortedSet<string>(StringComparer.Ordinal);
        var collisions = State.Of(Standing.Colliding).GroupBy(line => line.Name).ToList();
        if (collisions.Count > 0 && !policy.AcceptCollisions)
        {
            accept.Add("collision");
            reasons.AddRange(collisions.Select(same => $"{same.Key} is a migration of {string.Join(" and of ", same.Select(line => line.Module))}: Medusa records one name, and never runs the other; rename one"));
        }

        foreach (var finding in Findings.Where(finding => finding.Stops && finding.Concern is Concern.Lock or Concern.Failure && !policy.Accepted.Contains(finding.Concern)))
        {
            accept.Add(finding.Concern.ToString().ToLowerInvariant());
            reasons.Add(finding.ToString());
        }

        if (otherRelease && !policy.Accepted.Contains(Concern.Contract))
        {
            foreach (var contract in Contracts)
            {
                accept.Add("contract");
                reasons.Add($"{contract.Module} {contract.Migration.Name} is a contract: the release that runs now fails after it\n  {string.Join("\n  ", contract.Class.Reasons)}");
            }
        }

        if (reasons.Count > 0)
        {
            throw OperationException.Preflight($"{reasons.Count} {(reasons.Count == 1 ? "thing stands" : "things stand")} against these migrations",
                $"write them the safe way, or accept what you have weighed: {next} --accept {string.Join(',', accept)}", null, string.Join('\n', reasons));
        }
    }
}
