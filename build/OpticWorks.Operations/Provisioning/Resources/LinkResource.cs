using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Provisioning;

/// <summary>A symbolic link; replaced in one step.</summary>
public sealed record LinkResource(string Path, string Target) : Resource
{
    /// <summary>$1 the link's path, $2 what it points at.</summary>
    internal const string Script =
        """
        part=$1.opticworks.new
        rm -f -- "$part"
        ln -s -- "$2" "$part"
        mv -fT -- "$part" "$1"
        """;

    public override string Title => $"link {Path}";

    internal override IEnumerable<string> Questions => [$"path:{Plain(Path)}"];

    internal override Change? Compare(HostState state, IReadOnlySet<string> changed)
    {
        var found = state.PathAt(Path);
        if (found is not null && found.Kind != PathKind.Link)
            throw state.Conflict(Title, found, "a symbolic link");
        if (found?.Target == Target)
            return null;
        return new Change(Title, found is null ? $"create → {Target}" : $"{found.Target} → {Target}")
        {
            Actions = [new HostAction(ShellCommand.Script(Script, Path, Plain(Target)))],
        };
    }
}
