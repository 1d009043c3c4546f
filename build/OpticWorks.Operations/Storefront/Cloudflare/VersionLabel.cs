using System.Text.RegularExpressions;

namespace OpticWorks.Operations.Storefront.Cloudflare;

/// <summary>
/// What an uploaded version says of itself, in Cloudflare's own annotations, so that any machine knows it: the tag is the release, the message
/// is <c>ARTIFACT FILES SECRETS</c>. 98 bytes at most: Cloudflare cuts a message after 100.
/// </summary>
/// <param name="Release">The release whose code it is.</param>
/// <param name="Artifact">The artifact's digest, 64 hexadecimal digits.</param>
/// <param name="Files">The first 16 digits of the digest of the hashed files that it serves (<see cref="Bundles.AssetInventory.Digest"/>).</param>
/// <param name="Secrets">16 digits that tell whether the secrets that came with it are others (<see cref="Uploads.WorkerSecrets.Digest"/>); "-": it has none.</param>
public sealed partial record VersionLabel(string Release, string Artifact, string Files, string Secrets)
{
    public string Tag => Release;

    public string Message => $"{Artifact} {Files} {Secrets}";

    /// <summary>Null: somebody else uploaded it.</summary>
    public static VersionLabel? Of(WorkerVersion version) =>
        TagForm().IsMatch(version.Tag) && MessageForm().Match(version.Message) is { Success: true } match
            ? new VersionLabel(version.Tag, match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value)
            : null;

    /// <summary>The newest version with a label.</summary>
    public static WorkerVersion? Find(IEnumerable<WorkerVersion> versions, VersionLabel label) =>
        versions.Where(version => Of(version) == label).MaxBy(version => version.Number);

    /// <summary>The artifacts whose files a version serves: its own first, then those of the versions that it was deployed with, whose pages may still be open.</summary>
    public IReadOnlyList<string> ArtifactsWith(IEnumerable<WorkerVersion> versions) =>
        [.. versions.OrderByDescending(version => version.Number).Select(Of).OfType<VersionLabel>().Where(other => other.Files == Files).Select(other => other.Artifact).Prepend(Artifact).Distinct()];

    [GeneratedRegex(@"\Ar-[0-9]{8}-[0-9]{6}-[0-9a-f]{7}\z")]
    private static partial Regex TagForm();

    [GeneratedRegex(@"\A([0-9a-f]{64}) ([0-9a-f]{16}) ([0-9a-f]{16}|-)\z")]
    private static partial Regex MessageForm();
}
