using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations.Storefront.Cloudflare;
using OpticWorks.Operations.Storefront.Serving;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Operate, "StorefrontVersions --environment staging",
    Effects = "Nothing",
    Needs = "--environment; storefront.account and storefront.token",
    Undo = "There is nothing to undo")]
internal interface IStorefrontVersions : IHazStorefront
{
    Target StorefrontVersions => _ => _
        .Description("The versions of the storefront's Worker, their releases and their shares of the traffic")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(StorefrontVersionsAsync, changesNothing: true));

    private async Task StorefrontVersionsAsync(CancellationToken cancellationToken)
    {
        var environment = LoadEnvironment();
        using var work = await StorefrontWorkAsync(environment, cancellationToken).ConfigureAwait(false);
        var deployments = await work.Api.DeploymentsAsync(cancellationToken).ConfigureAwait(false) ?? [];
        var now = deployments.Count > 0 ? deployments[0].Versions.ToDictionary(share => share.VersionId, share => share.Percentage) : [];
        var versions = await work.Api.VersionsAsync(cancellationToken).ConfigureAwait(false);
        var names = await work.Api.SecretNamesAsync(cancellationToken).ConfigureAwait(false);
        Session.Data["worker"] = work.Settings.Worker;
        Session.Data["secrets"] = names;
        Session.Data["versions"] = versions.Select(version => new
        {
            version.Id,
            version.Number,
            Release = VersionLabel.Of(version)?.Release,
            version.Tag,
            version.Created,
            version.By,
            Percentage = now.TryGetValue(version.Id, out var share) ? share : (double?)null,
            VersionLabel.Of(version)?.Artifact,
            VersionLabel.Of(version)?.Files,
        });
        Console.Out.WriteLine($"{"VERSION",-10}{"RELEASE",-28}{"FILES",-10}{"CREATED",-20}{"TRAFFIC",-10}BY");
        foreach (var version in versions)
        {
            var label = VersionLabel.Of(version);
            var traffic = now.TryGetValue(version.Id, out var percent) ? FormattableString.Invariant($"{percent:0.##} %") : "–";
            Console.Out.WriteLine(Session.Scrubber.Scrub(
                $"{VersionSplit.Short(version.Id),-10}{label?.Release ?? (version.Tag.Length > 0 ? version.Tag : "–"),-28}{label?.Files[..8] ?? "–",-10}{version.Created.ToLocalTime():yyyy-MM-dd HH:mm:ss} {traffic,-10}{version.By}"));
        }

        var wanted = work.Secrets.Names.ToHashSet();
        foreach (var missing in wanted.Except(names))
            Narrator.Warn("secrets", $"{missing} is not on the Worker yet; the next DeployStorefront brings it");
        foreach (var extra in names.Except(wanted))
            Narrator.Warn("secrets", $"{extra} is on the Worker and not in the environment file; wrangler secret delete {extra} removes it");
    }
}
