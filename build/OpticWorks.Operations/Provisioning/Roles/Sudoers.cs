using System.Text;

namespace OpticWorks.Operations.Provisioning;

/// <summary>The commands that the deploy user may run as root: each with all its arguments, without a wildcard.</summary>
internal static class Sudoers
{
    /// <summary>sudo skips files whose names hold a dot, so a file that is still being checked has no effect.</summary>
    public const string Path = "/etc/sudoers.d/opticworks";

    public static FileResource File(string user, IReadOnlyList<string> commands) =>
        new(Path, Text(user, commands), "root", "root", "0440") { Validation = ["/usr/sbin/visudo", "-c", "-f"] };

    /// <remarks>noexec: systemctl shows long answers in a pager, and from a pager that runs as root one can start a shell.</remarks>
    public static string Text(string user, IReadOnlyList<string> commands)
    {
        var text = new StringBuilder()
            .Append("# What OpticWorks may do as root on this host. Written by Provision.\n")
            .Append("Cmnd_Alias OPTICWORKS = \\\n")
            .AppendJoin(", \\\n", commands.Select(command => $"    {command}"))
            .Append("\nDefaults!OPTICWORKS noexec\n")
            .Append($"{user} ALL=(root) NOPASSWD: OPTICWORKS\n");
        return text.ToString();
    }
}
