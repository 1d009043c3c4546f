using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Storefront.Cloudflare;
using OpticWorks.Operations.Storefront.Images;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Ship, "SyncImages --environment staging --plan-only", ChangesEnvironment = true,
    Effects = "Images at Cloudflare Images, by the digest of their content; in the store's checkout the map that storefront.images.map names, for a person to commit",
    Needs = "--environment, and --confirm where it is protected; storefront.images, storefront.account and a token (storefront.images.token or storefront.token) that may edit Cloudflare Images",
    Undo = "Whatever ends it, the map names only images that are there; it can be run again, and goes on. Nothing is ever removed from Cloudflare")]
internal interface ISyncImages : IHazStore, IHazEnvironment
{
    Target SyncImages => _ => _
        .Description("Bring changed images of a folder to Cloudflare Images, and write the map that the storefront reads")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(SyncImagesAsync));

    private async Task SyncImagesAsync(CancellationToken cancellationToken)
    {
        var environment = LoadEnvironment();
        var (images, account, reference) = Settings(environment);
        RequireConfirmation(environment);
        var secret = await SecretsAsync(environment, cancellationToken, images.Token is null ? "storefront.token" : "storefront.images.token").ConfigureAwait(false);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = environment.Storefront.Api.Scheme == Uri.UriSchemeHttps }) { Timeout = Timeout.InfiniteTimeSpan };
        var api = new ImagesApi(client, environment.Storefront.Api, account, secret(reference), CloudflareLimits.Default);
        var sync = new ImageSync(api, Path.Combine(Store.Directory, images.Folder), Path.Combine(Store.Directory, images.Map), Narrator);
        var plan = await sync.LookAsync(cancellationToken).ConfigureAwait(false);
        Session.Data["images"] = new
        {
            Files = plan.Files.Count,
            Uploads = plan.Uploads.Select(file => new { file.Path, file.Id, file.Length }),
            Changed = plan.Changed.Select(file => file.Path),
            plan.Gone,
        };
        if (PlanOnly == true)
        {
            foreach (var file in plan.Uploads)
                Console.Out.WriteLine(FormattableString.Invariant($"  + {file.Path}  {file.Length / 1024.0:0.0} KiB  {file.Type}"));
            foreach (var path in plan.Changed.Select(file => file.Path))
                Console.Out.WriteLine($"  ~ {path}  in the map");
            foreach (var path in plan.Gone)
                Console.Out.WriteLine($"  - {path}  in the map; its image stays at Cloudflare");
            Console.Out.WriteLine("Nothing was changed.");
            return;
        }

        await sync.RunAsync(plan, cancellationToken).ConfigureAwait(false);
        Narrator.Say("done", $"{plan.Files.Count} images of {images.Folder} are at Cloudflare, {plan.Uploads.Count} of them new; {images.Map} names them");
    }

    private static (ImageSettings Images, string Account, SecretReference Token) Settings(StoreEnvironment environment)
    {
        var storefront = environment.Storefront;
        var missing = new[]
        {
            storefront.Images is null ? "storefront.images" : null,
            storefront.Account is null ? "storefront.account" : null,
            (storefront.Images?.Token ?? storefront.Token) is null ? "storefront.token" : null,
        }.OfType<string>().ToArray();
        return missing.Length == 0 ? (storefront.Images!, storefront.Account!, storefront.Images!.Token ?? storefront.Token!)
            : throw OperationException.Configuration($"{environment.Name} does not say which images go where: {string.Join(" and ", missing)} missing",
                "give it in the environment file, for example \"images\": { \"folder\": \"apps/storefront/public/images\", \"map\": \"apps/storefront/images.json\" }",
                $".nuke/environments/{environment.Name}.json");
    }
}
