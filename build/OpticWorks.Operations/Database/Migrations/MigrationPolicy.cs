using OpticWorks.Operations.Database.Lint;

namespace OpticWorks.Operations.Database.Migrations;

/// <summary>What a migration may do, and how long it may take.</summary>
public sealed record MigrationPolicy
{
    /// <summary>The longest wait for the database's own lock (another migration, a backup).</summary>
    public TimeSpan Lock { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The longest wait of one statement for one table's lock; so long whoever comes later waits, too.</summary>
    public TimeSpan TableLock { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest statement.</summary>
    public TimeSpan Statement { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long attempts are made while a table's lock cannot be had.</summary>
    public TimeSpan Attempts { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The first pause between two attempts; it doubles, up to <see cref="LongestPause"/>, and varies by half.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc cref="FirstPause"/>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest that Medusa may neither say anything nor have a busy session in the database: then it waits for something that will not come.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Concerns that a person has accepted.</summary>
    public IReadOnlySet<Concern> Accepted { get; init; } = new HashSet<Concern>();

    /// <summary>Two modules' migrations of one name are accepted: one of them will never run.</summary>
    public bool AcceptCollisions { get; init; }

    /// <summary>Parses "lock,contract": what a person accepts.</summary>
    /// <exception cref="OperationException">A word means nothing (exit 2).</exception>
    public static MigrationPolicy Accepting(string? words)
    {
        var accepted = new HashSet<Concern>();
        var collisions = false;
        foreach (var word in (words ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.Equals("collision", StringComparison.OrdinalIgnoreCase))
                collisions = true;
            else if (word.Equals("lock", StringComparison.OrdinalIgnoreCase))
                accepted.Add(Concern.Lock);
            else if (word.Equals("contract", StringComparison.OrdinalIgnoreCase))
                accepted.Add(Concern.Contract);
            else if (word.Equals("failure", StringComparison.OrdinalIgnoreCase))
                accepted.Add(Concern.Failure);
            else
                throw OperationException.Configuration($"\"{word}\" is nothing that can be accepted", "--accept lock,contract,failure,collision");
        }

        return new MigrationPolicy { Accepted = accepted, AcceptCollisions = collisions };
    }

    /// <summary>The pause before an attempt.</summary>
    /// <param name="attempt">The number of attempts that were made, from 1.</param>
    /// <param name="random">From 0 to 1.</param>
    public TimeSpan Pause(int attempt, double random)
    {
        var doubled = FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(attempt - 1, 20));
        return TimeSpan.FromMilliseconds(Math.Min(doubled, LongestPause.TotalMilliseconds) * (0.5 + random));
    }
}
