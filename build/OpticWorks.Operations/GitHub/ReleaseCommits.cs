using System.Text.RegularExpressions;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions.Journals;

namespace OpticWorks.Operations.GitHub;

/// <summary>Which commits operations are about.</summary>
/// <param name="ofArtifact">The commit of an artifact that is at hand, by its digest.</param>
/// <param name="records">What the environment knows of its releases.</param>
public sealed partial class ReleaseCommits(Func<string, string?> ofArtifact, Func<CancellationToken, Task<IReadOnlyList<ReleaseRecord>>> records)
{
    private const string Dirty = "-dirty";

    /// <summary>The commit of the release that an operation is about; null: unknown.</summary>
    public async Task<string?> OfAsync(JournalHeader header, CancellationToken cancellationToken) =>
        Clean((header.Parameters.GetValueOrDefault("artifact") ?? header.Parameters.GetValueOrDefault("storefront.artifact")) is { } digest ? ofArtifact(digest) : null)
        ?? Clean((await records(cancellationToken).ConfigureAwait(false)).FirstOrDefault(record => record.Release == header.Release)?.Commit);

    /// <summary>The release that most instances ran before, and its commit; nulls: unknown.</summary>
    public async Task<(string? Release, string? Commit)> BeforeAsync(JournalHeader header, CancellationToken cancellationToken)
    {
        if (Before(header) is not { } release)
            return default;
        return (release, Clean((await records(cancellationToken).ConfigureAwait(false)).FirstOrDefault(record => record.Release == release)?.Commit));
    }

    /// <summary>Instances stand in a journal's parameters as "host:port"; a storefront's own deployment says which version of the Worker was live.</summary>
    internal static string? Before(JournalHeader header) => header.Parameters
        .Where(pair => pair.Key.Contains(':') && pair.Value.Length > 0 && pair.Value != header.Release)
        .GroupBy(pair => pair.Value).OrderByDescending(same => same.Count()).ThenByDescending(same => same.Key, StringComparer.Ordinal).FirstOrDefault()?.Key
        ?? (Named().Match(header.Parameters.GetValueOrDefault("storefront.oldLabel") ?? "") is { Success: true } named && named.Value != header.Release ? named.Value : null);

    /// <summary>GitHub knows the commit, not what was changed beside it.</summary>
    private static string? Clean(string? commit) =>
        commit is null ? null : commit.EndsWith(Dirty, StringComparison.Ordinal) ? commit[..^Dirty.Length] : commit;

    [GeneratedRegex(@"\br-\d{8}-\d{6}-[0-9a-z]+\b")]
    private static partial Regex Named();
}
