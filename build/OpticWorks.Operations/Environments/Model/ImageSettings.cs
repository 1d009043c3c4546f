namespace OpticWorks.Operations.Environments;

/// <summary>Images that Cloudflare Images keeps and delivers.</summary>
public sealed record ImageSettings
{
    [Setting("folder of the images, relative to the store; with its subfolders", SettingFormat.FilePath, Example = "apps/storefront/public/images")]
    public required string Folder { get; init; }

    [Setting("file that SyncImages writes and the storefront reads, relative to the store: where each image is delivered", SettingFormat.FilePath,
        Example = "apps/storefront/images.json")]
    public required string Map { get; init; }

    [Setting("API token that may edit Cloudflare Images; without it storefront.token", Example = "env:CLOUDFLARE_IMAGES_TOKEN")]
    public SecretReference? Token { get; init; }
}
