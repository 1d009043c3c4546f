namespace OpticWorks.Build.Workflows.Running;

/// <summary>Stands in a clone in the place of build.cmd: this very program, which answers what it would run instead of running it. The scripts stay as they are,
/// and no variable exists that would make the real build.cmd do so.</summary>
internal static class PlannedProgram
{
    public static void PutInto(string workspace)
    {
        var path = Path.Combine(workspace, "build.cmd");
        var dotnet = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
        File.WriteAllText(path, $"#!/bin/sh\nNUKE_ROOT={Quoted(workspace)} exec {Quoted(dotnet)} {Quoted(typeof(PlannedProgram).Assembly.Location)} \"$@\" --order-only\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''")}'";
}
