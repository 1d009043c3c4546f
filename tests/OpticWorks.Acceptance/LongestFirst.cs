using OpticWorks.Acceptance;
using OpticWorks.Acceptance.Provisioning;
using OpticWorks.Acceptance.Releases;
using OpticWorks.Acceptance.Storefront;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer($"{nameof(OpticWorks)}.{nameof(OpticWorks.Acceptance)}.{nameof(LongestFirst)}", "OpticWorks.Acceptance")]

namespace OpticWorks.Acceptance;

/// <summary>Begins with the collections that take longest, so that none of them is left to run alone at the end. Their tests mostly wait for machines, so three run beside
/// each other whatever the computer has (xunit.runner.json).</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long = [nameof(RehearsalTests), nameof(SharedFleet), nameof(DeployStorefrontTests), nameof(SharedStore), nameof(ReleaseTests)];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) => testCollections.OrderBy(collection =>
        Array.FindIndex(Long, name => collection.DisplayName.EndsWith(name, StringComparison.Ordinal)) is >= 0 and var place ? place : Long.Length);
}
