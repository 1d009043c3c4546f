using System.Globalization;
using OpticWorks.Operations.Rehearsal.Shoppers;

namespace OpticWorks.Operations.Rehearsal.Story;

/// <summary>What is seen at the end of a rehearsal, and what should be.</summary>
/// <param name="Expected">The release that every instance should run.</param>
/// <param name="Running">What each runs, by "host:port"; empty text: nothing.</param>
/// <param name="ExpectedPages">The release that the storefront should serve.</param>
/// <param name="Pages">What its answers name; null: they name none.</param>
/// <param name="Failing">The release that was made to fail; null: there was none.</param>
public sealed record RehearsalProof(
    string Expected, IReadOnlyDictionary<string, string> Running, string ExpectedPages, string? Pages, string? Failing, ShopperLedger Shoppers)
{
    /// <summary>Everything that is not as it should be, a sentence each; empty: the rehearsal has passed. Pure.</summary>
    public IEnumerable<string> Problems()
    {
        if (Shoppers.Sent == 0)
            yield return "No shopper's request was counted";
        if (Shoppers.Failed > 0)
            yield return $"{Number(Shoppers.Failed)} of {Number(Shoppers.Sent)} requests failed{(Failing is null ? "" : " outside of what release 3 was given to fail")}: {string.Join("; ", Shoppers.Failures.Take(3))}";
        if (Failing is null && Shoppers.Given > 0)
            yield return $"{Number(Shoppers.Given)} requests failed on purpose, and no release was to do that";
        if (Failing is not null && Shoppers.Given == 0)
            yield return "Release 3 failed no request, so nothing was judged by shoppers' requests";
        // Every process fails every n-th of the reads that it got: never more than that share of all that the release answered.
        if (Failing is { } release && Shoppers.AnswersOf(release) is var answers and > 0 && Shoppers.Given * FailingReads.OneOf > answers)
            yield return $"Release 3 failed {Number(Shoppers.Given)} of {Number(answers)} requests, more than its share of one in {FailingReads.OneOf}";
        foreach (var (instance, runs) in Running.Where(pair => pair.Value != Expected).OrderBy(pair => pair.Key, StringComparer.Ordinal))
            yield return $"{instance} runs {(runs.Length == 0 ? "nothing" : runs)} instead of {Expected}";
        if (Pages is not null && Pages != ExpectedPages)
            yield return $"The storefront serves {Pages} instead of {ExpectedPages}";
    }

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
