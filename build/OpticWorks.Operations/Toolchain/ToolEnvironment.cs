using System.Security.Cryptography;
using System.Text;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Toolchain;

/// <summary>The variables and leading arguments with which tools run.</summary>
internal static class ToolEnvironment
{
    /// <summary>Unless this is false, pnpm downloads the version that a package.json names and runs that.</summary>
    private const string StayWithThisPnpm = "npm_config_manage_package_manager_versions";

    /// <summary>An executable: what it needs to find its own files, and its children need to find it.</summary>
    public static Tool OfExecutable(Tool tool, Pin pin, CacheFolder cache) => pin.Program switch
    {
        PinnedProgram.Node => tool with { Environment = Variables(("PATH", Before(tool.Directory))) },
        PinnedProgram.Debootstrap when tool.Origin == Toolbox.Installed => tool with
        {
            Environment = Variables(
                ("DEBOOTSTRAP_DIR", Path.Combine(cache.Program(pin.Recipe.Id), "usr/share/debootstrap")),
                // Its wget and gpgv serve where the machine has none.
                ("PATH", $"{Inherited()}{Path.PathSeparator}{Path.Combine(cache.Program(pin.Recipe.Id), "usr/bin")}")),
        },
        _ => tool,
    };

    /// <summary>A script that Node runs, with a PATH on which its children find this Node and the script itself by name.</summary>
    public static Tool OfScript(Tool script, Tool node, CacheFolder cache)
    {
        var path = Before(Shims(script, node, cache));
        return script with
        {
            Path = node.Path,
            Leading = [script.Path],
            Environment = script.Name switch
            {
                "pnpm" => Variables(("PATH", path), (StayWithThisPnpm, "false"), ("npm_config_update_notifier", "false")),
                "wrangler" => Variables(("PATH", path), ("WRANGLER_SEND_METRICS", "false"), ("WRANGLER_HIDE_BANNER", "true")),
                _ => Variables(("PATH", path)),
            },
        };
    }

    /// <summary>A folder with "node" and the script's name; its own name is a digest of what it points at, so it never changes.</summary>
    private static string Shims(Tool script, Tool node, CacheFolder cache)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ShimText(script, node))))[..12];
        var shims = Path.Combine(cache.Root, "shims", $"{script.Name}-{digest}");
        if (Directory.Exists(shims))
            return shims;
        var unfinished = Directory.CreateDirectory($"{shims}~{Guid.NewGuid():N}").FullName;
        File.CreateSymbolicLink(Path.Combine(unfinished, "node"), node.Path);
        var shim = Path.Combine(unfinished, script.Name);
        File.WriteAllText(shim, ShimText(script, node));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(shim, (UnixFileMode)0b111_101_101);
        try
        {
            Directory.Move(unfinished, shims);
        }
        catch (IOException) when (Directory.Exists(shims))
        {
            CacheFolder.Discard(unfinished);
        }

        return shims;
    }

    // pnpm hides npm_config_… from the scripts it runs, so the shim says it again.
    private static string ShimText(Tool script, Tool node) =>
        $"#!/bin/sh\nexport {StayWithThisPnpm}=false\nexec {ShellCommand.Of(node.Path, script.Path)} \"$@\"\n";

    private static string Before(string folder) => $"{folder}{Path.PathSeparator}{Inherited()}";

    private static string Inherited() => Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin";

    private static Dictionary<string, string?> Variables(params IEnumerable<(string Name, string Value)> variables) =>
        variables.ToDictionary(variable => variable.Name, variable => (string?)variable.Value);
}
