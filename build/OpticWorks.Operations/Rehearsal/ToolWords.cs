using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Rehearsal;

internal static class ToolWords
{
    /// <summary>The tool's command as words for a script, its variables included: sudo hands no environment on.</summary>
    public static IReadOnlyList<string> Words(this Tool tool) =>
    [
        "env", .. tool.Environment.Where(variable => variable.Value is not null).Select(variable => Assignment(variable.Key, variable.Value!)),
        tool.Path, .. tool.Leading,
    ];

    // A PATH of somebody who is not root often lacks the folders that root's programs are in.
    private static string Assignment(string name, string value) =>
        name == "PATH" ? $"PATH={value}:/usr/local/sbin:/usr/sbin:/sbin" : $"{name}={value}";
}
