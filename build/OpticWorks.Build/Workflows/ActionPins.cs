namespace OpticWorks.Build.Workflows;

/// <summary>A published action at one commit. A tag can be moved; a commit cannot.</summary>
/// <param name="Name">OWNER/REPOSITORY.</param>
/// <param name="Version">What the commit was released as; people read it, GitHub does not.</param>
/// <param name="Commit">40 hexadecimal digits.</param>
internal sealed record ActionPin(string Name, string Version, string Commit)
{
    /// <summary>As it stands after <c>uses:</c>.</summary>
    public override string ToString() => $"{Name}@{Commit} # {Version}";
}

/// <summary>The one table of actions that workflows use.</summary>
internal static class ActionPins
{
    public static readonly ActionPin Checkout = new("actions/checkout", "v5.0.0", "08c6903cd8c0fde910a37f88322edcfb5dd907a8");
    public static readonly ActionPin SetupNode = new("actions/setup-node", "v5.0.0", "a0853c24544627f65ddf259abe73b1d18a591444");
    public static readonly ActionPin SetupDotnet = new("actions/setup-dotnet", "v5.0.0", "d4c94342e560b34958eacfc5d055d21461ed1c5d");
    public static readonly ActionPin Cache = new("actions/cache", "v4.2.4", "0400d5f644dc74513175e3cd8d07132dd4860809");
    public static readonly ActionPin UploadArtifact = new("actions/upload-artifact", "v4.6.2", "ea165f8d65b6e75b540449e92b4886f43607fa02");
    public static readonly ActionPin DownloadArtifact = new("actions/download-artifact", "v4.3.0", "d3f86a106a0bac45b974a628896c90dbdf5c8093");
    public static readonly ActionPin SetupPnpm = new("pnpm/action-setup", "v4.1.0", "a7487c7e89a18df4991f7f222e4898a00d66ddda");

    public static IReadOnlyList<ActionPin> All { get; } = [Checkout, SetupNode, SetupDotnet, Cache, UploadArtifact, DownloadArtifact, SetupPnpm];
}
