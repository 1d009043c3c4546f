using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Operations.Storefront;

/// <summary>
/// The plan of Release: backup, migration, backend and storefront as one transaction. The stages come from the factories that Backup, Migrate, Canary and
/// DeployStorefront use; here is only their order.
/// </summary>
/// <remarks>
/// Both mixtures of old and new are looked at before either is made for a shopper: the new storefront on the old API while it has 0 %, and the old storefront
/// on the new API when the canary has all traffic and its old side is still ready. What would break the old release (a contract) is migrated last of all.
/// What does not need each other runs at the same time: uploads beside backup, staging and migration, the proof of the way back beside the storefront's shares.
/// </remarks>
public static class WholeRelease
{
    /// <param name="environment">Its name.</param>
    /// <param name="backend">Of a canary; or of a rolling deployment, where nothing ran before.</param>
    /// <param name="hasStableSide">Every instance ran a release before.</param>
    /// <param name="contract">What waits until the old release is gone.</param>
    public static Plan Of(string environment, Step backup, BackendStages backend, StorefrontPlans storefront, bool hasStableSide, Step contract) => new("Release", environment,
    [
        .. hasStableSide
            ? (IEnumerable<Stage>)[.. Stage.Beside([new Stage(1, backup), .. backend.Before], [.. storefront.Uploads()]), .. storefront.Look()]
            : [new Stage(1, backup), .. backend.Before],
        .. backend.Shares,
        .. hasStableSide && !storefront.IsFirst ? [new Stage(1, storefront.SmokeLive("the old storefront on the new API"))] : (IEnumerable<Stage>)[],
        .. backend.Commit,
        .. backend.After,
        // A storefront on no API, old or new, would show nothing: there the API comes first.
        .. hasStableSide ? [] : storefront.Before(),
        .. Stage.Beside([.. storefront.Shares()], backend.Last),
        .. storefront.After(),
        new Stage(1, contract),
    ]);
}
