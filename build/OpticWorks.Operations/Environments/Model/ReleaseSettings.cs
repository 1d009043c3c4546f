namespace OpticWorks.Operations.Environments;

/// <summary>How releases are kept and switched.</summary>
public sealed record ReleaseSettings
{
    [Setting("good releases that stay on the hosts", Minimum = 2, Maximum = 100)]
    public int Keep { get; init; } = 5;

    [Setting("the folder of releases on the hosts", SettingFormat.AbsolutePath)]
    public string Directory { get; init; } = "/opt/medusa";

    [Setting("instances that may be out of traffic at once: a share or a number", SettingFormat.ShareOrCount)]
    public string MaxUnavailable { get; init; } = "25%";
}
