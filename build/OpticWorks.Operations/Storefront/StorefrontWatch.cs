using System.Diagnostics;
using OpticWorks.Operations.Canary;
using OpticWorks.Operations.Storefront.Serving;

namespace OpticWorks.Operations.Storefront;

/// <summary>Looks at both versions' pages while they share the traffic.</summary>
/// <param name="stable">Null: the new version has all of it, and stands alone.</param>
internal sealed class StorefrontWatch(StorefrontWork work, ServedVersion fresh, ServedVersion? stable)
{
    /// <summary>So long the old version may fail as well before everything goes back: it says nothing about the new one.</summary>
    private static readonly TimeSpan UndecidedLimit = TimeSpan.FromSeconds(60);

    /// <returns>How many looks there were.</returns>
    /// <exception cref="CanaryEndedException">The new version is bad, or nothing could be decided.</exception>
    public async Task<int> RunAsync(TimeSpan dwell, CancellationToken cancellationToken)
    {
        var judge = new SideBySide();
        var clock = Stopwatch.StartNew();
        Stopwatch? undecided = null;
        do
        {
            var looks = await Task.WhenAll(work.Settings.Pages.Select(path => LookAsync(path, cancellationToken))).ConfigureAwait(false);
            var bad = looks.Select(look => look.Fresh).FirstOrDefault(answer => !answer.IsWell);
            var oldBad = looks.Select(look => look.Stable).FirstOrDefault(answer => answer is { IsWell: false });
            switch (judge.Look(bad is null, oldBad is null))
            {
                case SideBySideVerdict.Worse:
                    throw new CanaryEndedException(CanaryEnd.Bad,
                        $"{fresh.Release} does not serve {bad!.Path} ({bad.Problem}){(stable is null ? "" : $"; {Name(stable)} does")}")
                    { Where = work.Settings.Url.ToString() };
                case SideBySideVerdict.Undecided when (undecided ??= Stopwatch.StartNew()).Elapsed > UndecidedLimit:
                    throw new CanaryEndedException(CanaryEnd.Inconclusive,
                        $"{Name(stable!)} does not serve {oldBad!.Path} either ({oldBad.Problem}): that says nothing about {fresh.Release}")
                    { Where = work.Settings.Url.ToString() };
                case SideBySideVerdict.Well:
                    undecided = null;
                    break;
                default:
                    break;
            }

            await Task.Delay(work.Limits.Look, cancellationToken).ConfigureAwait(false);
        }
        while (clock.Elapsed < dwell || judge.Looks < SideBySide.InARow || !judge.IsSettled);

        return judge.Looks;
    }

    private async Task<(SiteAnswer Fresh, SiteAnswer? Stable)> LookAsync(string path, CancellationToken cancellationToken)
    {
        // With all traffic it is asked as shoppers ask, without naming a version.
        if (stable is null)
            return (await work.Site.PageAsync(path, null, cancellationToken).ConfigureAwait(false), null);
        var old = work.Site.PageAsync(path, stable, cancellationToken);
        return (await work.Site.PageAsync(path, fresh, cancellationToken).ConfigureAwait(false), await old.ConfigureAwait(false));
    }

    private static string Name(ServedVersion version) => version.Release.Length > 0 ? version.Release : $"version {VersionSplit.Short(version.Id)}";
}
