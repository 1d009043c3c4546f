namespace OpticWorks.Operations.Rehearsal.Story;

/// <summary>A part of the rehearsal.</summary>
public enum ChapterKind
{
    Provision,
    FirstRelease,
    Shoppers,
    Backup,
    SecondRelease,
    FailingRelease,
    Rollback,
    KilledOperator,
    Proof,
}

/// <summary>A part of the rehearsal as people see it.</summary>
/// <param name="Title">A few words.</param>
/// <param name="Proves">What stands fixed when it has passed.</param>
public sealed record Chapter(ChapterKind Kind, string Title, string Proves)
{
    /// <summary>The chapters in their order.</summary>
    /// <param name="quick">Ends after the second release.</param>
    public static IReadOnlyList<Chapter> Story(bool quick)
    {
        Chapter[] all =
        [
            new(ChapterKind.Provision, "Provision", "fresh machines become the store's hosts over SSH"),
            new(ChapterKind.FirstRelease, "Release 1: backend and storefront", "an empty environment gets its first release, API before storefront"),
            new(ChapterKind.Shoppers, "Shoppers come", "API and page show the stock that PostgreSQL holds; from here on every request is counted"),
            new(ChapterKind.Backup, "Backup and RestoreDrill", "a backup of the running shop is restored and compared row by row"),
            new(ChapterKind.SecondRelease, "Release 2, with an expand migration", "backup, migration, canary and storefront go out as one release while shoppers shop"),
            new(ChapterKind.FailingRelease, "Release 3 fails 5 % of the light reads", "the canary judges it bad, takes everything back by itself and says why"),
            new(ChapterKind.Rollback, "Rollback of release 2, on command", "storefront and backend go back to release 1 together"),
            new(ChapterKind.KilledOperator, "The operator's program is killed, then Resume", "SIGKILL in the middle of a deployment; another process ends it"),
            new(ChapterKind.Proof, "Proof", "no request failed but those given to release 3, and everything runs what it should"),
        ];
        return quick ? [.. all.Where(chapter => chapter.Kind is <= ChapterKind.SecondRelease or ChapterKind.Proof)] : all;
    }
}
