using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Releases;

/// <summary>The programs that build a store, and the variables that its builds see.</summary>
public sealed record StorePrograms(Tool Node, Tool Pnpm, Tool Zstd)
{
    /// <summary>What every digest of something built with them includes.</summary>
    public string Versions => $"node {Node.Version} pnpm {Pnpm.Version} {System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier}";

    /// <summary>pnpm in a folder of the store: unattended, without telemetry, without colours.</summary>
    public LocalCommand PnpmIn(string directory, params IReadOnlyList<string> arguments)
    {
        var command = Pnpm.Command(arguments);
        return command with
        {
            WorkingDirectory = directory,
            Environment = new Dictionary<string, string?>(command.Environment)
            {
                ["CI"] = "true",
                ["NO_COLOR"] = "1",
                ["FORCE_COLOR"] = null,
                ["NODE_ENV"] = null,
                ["NEXT_TELEMETRY_DISABLED"] = "1",
                ["WRANGLER_SEND_METRICS"] = "false",
                ["MEDUSA_DISABLE_TELEMETRY"] = "true",
                ["COREPACK_ENABLE_DOWNLOAD_PROMPT"] = "0",
            },
        };
    }
}
