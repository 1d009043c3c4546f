using System.Text.Json;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Acceptance.Rehearsal;

/// <summary>The programs that tests of the local environment run with: those of a prepared list, or else the toolbox's.</summary>
internal static class TestTools
{
    /// <summary>Names a JSON file: program to {"path", "leading", "environment"}.</summary>
    public const string ListVariable = "OPTICWORKS_TEST_TOOLS";

    private sealed record Listed(string Path, string[]? Leading, Dictionary<string, string?>? Environment);

    public static async Task<Tool> GetAsync(PinnedProgram program, CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(ListVariable) is not { Length: > 0 } list)
            throw new NotSupportedException("The toolbox is not there yet.");
        var tools = JsonSerializer.Deserialize<Dictionary<string, Listed>>(
            await File.ReadAllTextAsync(list, cancellationToken), JsonSerializerOptions.Web)!;
        var tool = tools[program.ToString()];
        return new Tool(program.ToString(), "", tool.Path, "list")
        {
            Leading = tool.Leading ?? [],
            Environment = tool.Environment ?? [],
        };
    }
}
