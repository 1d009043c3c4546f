namespace OpticWorks.Operations.Rehearsal;

/// <summary>Looks for a program of the operating system, also in the folders that only root's PATH has.</summary>
internal static class ProgramPath
{
    /// <summary>Its absolute path; null when it is nowhere.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/sbin", "/sbin", "/usr/bin", "/bin"])
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
