using System.Text;

namespace OpticWorks.Operations.Provisioning;

/// <summary>The commands that the deploy user may run as root: each with all its arguments, without a wildcard.</summary>
internal static class Sudoers
{
    /// <summary>sudo skips files whose names hold a dot, so a file that is still being checked has no effect.</summary>
    public const string Path = "/etc/sudoers.d/opticworks";

    public static FileResource File(string user, IReadOnlyList<string> commands, IReadOnlyList<string> programs) =>
        new(Path, Text(user, commands, programs), "root", "root", "0440") { Validation = ["/usr/sbin/visudo", "-c", "-f"] };

    /// <param name="commands">Of the system.</param>
    /// <param name="programs">Of this suite's own: root's scripts, which start other programs.</param>
    /// <remarks>noexec: systemctl shows long answers in a pager, and from a pager that runs as root one can start a shell.</remarks>
    public static string Text(string user, IReadOnlyList<string> commands, IReadOnlyList<string> programs)
    {
        var text = new StringBuilder("# What OpticWorks may do as root on this host. Written by Provision.\n");
        Alias("OPTICWORKS", commands);
        text.Append("Defaults!OPTICWORKS noexec\n");
        if (programs.Count > 0)
            Alias("OPTICWORKS_PROGRAMS", programs);
        text.Append($"{user} ALL=(root) NOPASSWD: OPTICWORKS{(programs.Count > 0 ? ", OPTICWORKS_PROGRAMS" : "")}\n");
        return text.ToString();

        void Alias(string name, IReadOnlyList<string> allowed) => text.Append($"Cmnd_Alias {name} = \\\n")
            .AppendJoin(", \\\n", allowed.Select(command => $"    {command}")).Append('\n');
    }
}
