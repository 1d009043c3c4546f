using System.Globalization;
using OpticWorks.Operations.Storefront.Cloudflare;

namespace OpticWorks.Operations.Storefront.Serving;

/// <summary>Which versions a Worker's traffic is wanted on: one or two, together 100 %.</summary>
public sealed record VersionSplit
{
    /// <summary>Cloudflare rounds to hundredths.</summary>
    private const double Tolerance = 0.01;

    private VersionSplit(IReadOnlyList<VersionShare> shares) => Shares = shares;

    public IReadOnlyList<VersionShare> Shares { get; }

    public static VersionSplit All(string version) => new([new VersionShare(version, 100)]);

    /// <param name="percent">The new version's share; 0: only who names it gets it.</param>
    public static VersionSplit Between(string stable, string fresh, int percent) => stable == fresh || percent == 100
        ? All(fresh)
        : new([new VersionShare(stable, 100 - percent), new VersionShare(fresh, percent)]);

    /// <summary>Whether a deployment is this split, in any order.</summary>
    public bool Is(WorkerDeployment deployment) => deployment.Versions.Count == Shares.Count
        && Shares.All(share => deployment.Versions.Any(given => given.VersionId == share.VersionId && Math.Abs(given.Percentage - share.Percentage) <= Tolerance));

    /// <summary>The version that has all traffic; null: several share it.</summary>
    public static string? Sole(WorkerDeployment deployment) =>
        deployment.Versions.Where(share => share.Percentage > Tolerance).ToArray() is [var one] && one.Percentage >= 100 - Tolerance ? one.VersionId : null;

    public override string ToString() => Show(Shares);

    public static string Show(IEnumerable<VersionShare> shares) =>
        string.Join(", ", shares.Select(share => string.Create(CultureInfo.InvariantCulture, $"{Short(share.VersionId)} {share.Percentage:0.##} %")));

    /// <summary>As people see an id.</summary>
    public static string Short(string version) => version.Length > 8 ? version[..8] : version;
}
