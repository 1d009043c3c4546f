namespace OpticWorks.Operations.Tests.Environments;

/// <summary>Runs where ansible-core is installed; it is only needed by stores that keep an inventory or a vault.</summary>
internal sealed class AnsibleFactAttribute : FactAttribute
{
    public AnsibleFactAttribute(string program = "ansible-inventory")
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, program))))
            Skip = $"{program} (ansible-core) is not on PATH";
    }
}
