namespace OpticWorks.Operations.Rehearsal;

/// <summary>Where a local environment keeps what.</summary>
/// <param name="Root">Absolute.</param>
internal sealed record StateFolder(string Root)
{
    public string Machines => Path.Combine(Root, "machines");

    public string Machine(string name) => Path.Combine(Machines, name);

    /// <summary>Exists as soon as the machine's file tree is complete, and no longer than its disk, which may be in memory.</summary>
    public string Made(string name) => Path.Combine(Machine(name), "disk", "made");

    /// <summary>"PID STARTED" of the process that watches the machine.</summary>
    public string Supervisor(string name) => Path.Combine(Machine(name), "supervisor");

    public string Console(string name) => Path.Combine(Machine(name), "console.log");

    /// <summary>Path of the image that the machine's tree lies over.</summary>
    public string ImageOf(string name) => Path.Combine(Machine(name), "image");

    public string Keys => Path.Combine(Root, "keys");

    public string IdentityFile => Path.Combine(Root, "id_ed25519");

    public string KnownHosts => Path.Combine(Root, "known_hosts");

    public string Secrets => Path.Combine(Root, "secrets");

    public string Objects => Path.Combine(Root, "objects");

    public string Edge => Path.Combine(Root, "edge");

    public string PublishableKey => Path.Combine(Root, "publishable-key");

    public string SupervisorScript => Path.Combine(Root, "supervise.sh");

    /// <summary>Removes what this program put there; a folder that somebody else also uses stays.</summary>
    public void Remove()
    {
        if (!Directory.Exists(Root))
            return;
        foreach (var folder in new[] { Objects, Edge, Secrets, Keys }.Where(Directory.Exists))
            Directory.Delete(folder, recursive: true);
        foreach (var file in new[] { IdentityFile, IdentityFile + ".pub", KnownHosts, SupervisorScript, PublishableKey, NetworkClaim.PathIn(Root) })
        {
            File.Delete(file);
            File.Delete(file + ".new");
        }

        if (!Directory.EnumerateFileSystemEntries(Root).Any())
            Directory.Delete(Root);
    }
}
