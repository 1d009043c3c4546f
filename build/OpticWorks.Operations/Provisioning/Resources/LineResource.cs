using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Provisioning;

/// <summary>A line at the end of a file that somebody else owns; the rest of the file stays as it is.</summary>
public sealed record LineResource(string Path, string Line) : Resource
{
    /// <summary>Appends the line $2 to a copy of $1 with the same owner and permissions, and renames the copy over it.</summary>
    internal const string AppendScript =
        """
        path=$1 line=$2 part=$1.opticworks.new
        trap 'rm -f -- "$part"' EXIT
        rm -f -- "$part"
        cp -p -- "$path" "$part"
        [ -z "$(tail -c 1 -- "$part")" ] || echo >>"$part"
        printf '%s\n' "$line" >>"$part"
        mv -fT -- "$part" "$path"
        """;

    public override string Title => $"line in {Path}";

    internal override IEnumerable<string> Questions => [$"content:{Plain(Path)}"];

    internal override IEnumerable<string> Writes => [Path];

    internal override Change? Compare(HostState state, IReadOnlySet<string> changed)
    {
        var lines = state.ContentOf(Path)?.Split('\n') ?? [];
        return lines.Contains(Line)
            ? null
            : new Change(Title, "add", $"+{Line}\n") { Actions = [new HostAction(ShellCommand.Script(AppendScript, Path, Line))] };
    }
}
