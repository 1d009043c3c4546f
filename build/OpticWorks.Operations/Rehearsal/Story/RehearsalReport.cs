using OpticWorks.Operations.Backups.Manifests;
using OpticWorks.Operations.Canary;
using OpticWorks.Operations.Rehearsal.Shoppers;
using OpticWorks.Operations.Transactions.Journals;

namespace OpticWorks.Operations.Rehearsal.Story;

public enum StepEnd
{
    Done,

    /// <summary>It ended as the story wants it: a bad release that was judged and taken back.</summary>
    Undone,

    Failed,
}

/// <summary>A target or chapter of a rehearsal that has run.</summary>
/// <param name="Start">Since the rehearsal began.</param>
/// <param name="Result">What was seen, in a few words.</param>
public sealed record RehearsalStep(string Name, TimeSpan Start, TimeSpan Duration, StepEnd End, string Result);

/// <summary>A release of the rehearsal.</summary>
/// <param name="Name">"release 1".</param>
/// <param name="Release">Its id.</param>
/// <param name="Artifact">Digest of what it was made from.</param>
/// <param name="What">What is special about it.</param>
public sealed record RehearsalRelease(string Name, string Release, string Artifact, string What)
{
    /// <summary>What became of it, as the control host remembers.</summary>
    public string End { get; init; } = "";

    /// <summary>The Worker's version; empty: it has none.</summary>
    public string WorkerVersion { get; init; } = "";
}

/// <summary>A canary of the rehearsal.</summary>
/// <param name="From">When its first step began, since the rehearsal did.</param>
/// <param name="Verdict">How it ended.</param>
public sealed record RehearsalCanary(string Name, TimeSpan From, IReadOnlyList<CanaryView> Views, string Verdict);

/// <summary>Everything that a rehearsal has seen; what is shown of it is made from this value alone.</summary>
public sealed record RehearsalReport
{
    public required string Environment { get; init; }

    /// <summary>The store's folder, by its name.</summary>
    public required string Store { get; init; }

    public string? Commit { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required TimeSpan Duration { get; init; }

    public bool Quick { get; init; }

    /// <summary>Why it failed; empty: it passed.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    public IReadOnlyList<RehearsalStep> Steps { get; init; } = [];

    /// <summary>When the first shopper came, since the rehearsal began.</summary>
    public TimeSpan ShoppersFrom { get; init; }

    public ShopperLedger Shoppers { get; init; } = ShopperLedger.Empty;

    public IReadOnlyList<RehearsalRelease> Releases { get; init; } = [];

    public IReadOnlyList<RehearsalCanary> Canaries { get; init; } = [];

    public BackupManifest? Backup { get; init; }

    public BackupProof? Proof { get; init; }

    /// <summary>The operations in their order, as the control host's journals have them.</summary>
    public IReadOnlyList<JournalState> Journal { get; init; } = [];

    /// <summary>Programs and their versions.</summary>
    public IReadOnlyList<(string Program, string Version)> Versions { get; init; } = [];

    public bool Passed => Problems.Count == 0;

    /// <summary>"release 2" for its id; the id itself for one that the rehearsal does not know.</summary>
    public string NameOf(string release) => Releases.FirstOrDefault(known => known.Release == release)?.Name ?? release;
}
