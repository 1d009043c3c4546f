using System.Text.Json.Nodes;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Storefront.Bundles;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Acceptance.Storefront;

/// <summary>What a release of the tiny storefront is and does wrong; the default is a healthy one.</summary>
internal sealed record TinyRelease(string Build)
{
    /// <summary>The status of every page.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The pages' status from this time on (milliseconds since 1970), for a release that goes bad under traffic.</summary>
    public long? BadFrom { get; init; }

    /// <summary>Whoever names the version gets its pages, shoppers do not.</summary>
    public bool BadForShoppers { get; init; }

    /// <summary>Stands in a file that every browser gets.</summary>
    public string ClientText { get; init; } = "";

    /// <summary>A page refers to a file that is not in the bundle.</summary>
    public bool Forgetful { get; init; }

    /// <summary>Random bytes in the Worker's code, in KiB.</summary>
    public int Ballast { get; init; }

    public string Environment { get; init; } = "tiny";

    /// <summary>NEXT_PUBLIC_MEDUSA_BACKEND_URL, compiled in.</summary>
    public string Backend { get; init; } = TinyStorefront.Backend;
}

/// <summary>A bundle shaped as OpenNext's: wrangler's configuration, a Worker, hashed files below _next/static. Its pages name them as Next.js does.</summary>
internal static class TinyStorefront
{
    public const string Worker = "tiny-storefront";

    public const string Backend = "http://127.0.0.1:1";

    public static async Task<ArtifactManifest> BuildAsync(ArtifactFolder artifacts, TinyRelease release)
    {
        var zstd = await TestTools.In(LocalPlace.Cache)(PinnedProgram.Zstd, CancellationToken.None);
        var scratch = artifacts.NewScratch();
        try
        {
            var folder = Path.Combine(scratch, "bundle");
            Write(folder, release);
            var archive = Path.Combine(scratch, "storefront.tar.zst");
            var written = await TarArchive.WriteAsync([("", folder)], archive, zstd, CancellationToken.None);
            var part = new ArtifactPart(PartKind.Storefront, release.Environment, written.Content, written.Content, written.File, written.Length);
            artifacts.AddPart(part, archive);
            var manifest = ArtifactManifest.Of([part], "1234567", DateTimeOffset.UtcNow);
            artifacts.Save(manifest);
            return manifest;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    /// <summary>The files that the release's pages refer to.</summary>
    public static IReadOnlyList<string> Files(string build) =>
        ["_next/static/chunks/shared-1.js", $"_next/static/chunks/app-{build}.js", $"_next/static/chunks/app/[handle]/page-{build}.js", $"_next/static/{build}/_buildManifest.js"];

    public static void Write(string folder, TinyRelease release)
    {
        var assets = Path.Combine(folder, ".open-next", "assets");
        foreach (var file in Files(release.Build))
        {
            var path = Path.Combine(assets, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, $"// {file}\n");
        }

        File.WriteAllText(Path.Combine(assets, "favicon.txt"), $"build {release.Build}\n{release.ClientText}\n");
        File.WriteAllText(Path.Combine(folder, BundleStamp.FileName),
            new BundleStamp(release.Environment, new Dictionary<string, string> { ["NEXT_PUBLIC_MEDUSA_BACKEND_URL"] = release.Backend }).Write());
        File.WriteAllText(Path.Combine(folder, "wrangler.jsonc"), new JsonObject
        {
            ["name"] = "another-name",
            ["main"] = "worker.js",
            ["compatibility_date"] = "2025-09-01",
            ["assets"] = new JsonObject { ["directory"] = ".open-next/assets", ["binding"] = "ASSETS" },
            ["env"] = new JsonObject { [release.Environment] = new JsonObject { ["name"] = "another-name" } },
        }.ToJsonString());
        var links = string.Concat(Files(release.Build).Append(release.Forgetful ? "_next/static/chunks/forgotten.js" : null).OfType<string>()
            .Select(file => $"<script src=\\\"/{string.Join('/', file.Split('/').Select(Uri.EscapeDataString))}\\\"></script>"));
        var ballast = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(release.Ballast * 1024));
        File.WriteAllText(Path.Combine(folder, "worker.js"), $$"""
            const ballast = "{{ballast}}";
            export default {
              async fetch(request, environment) {
                const { pathname } = new URL(request.url);
                const headers = { "content-type": "text/html", "x-release": environment.RELEASE_ID, "x-secret": (environment.SIGNING ?? "").slice(0, 4), "x-ballast": `${ballast.length}` };
                if (pathname.startsWith("/_next/")) return new Response("no such file\n", { status: 404, headers });
                const bad = {{(release.BadFrom is { } from ? $"Date.now() >= {from}" : release.BadForShoppers ? "!request.headers.has('cloudflare-workers-version-overrides')" : "false")}};
                return new Response("<html>{{links}} {{release.Build}}</html>", { status: bad ? 500 : {{release.Status}}, headers });
              },
            };

            """);
    }
}
