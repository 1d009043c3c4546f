using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Provisioning;

/// <summary>A folder; what is in it stays untouched.</summary>
/// <param name="Mode">Octal digits, four of them, for example "2755".</param>
public sealed record DirectoryResource(string Path, string Owner, string Group, string Mode) : Resource
{
    /// <summary>
    /// The user that makes it; null: root. Below a folder that another user may write to, root would follow links that
    /// this user planted, so there the user makes it.
    /// </summary>
    public string? As { get; init; }

    public override string Title => $"directory {Path}";

    internal override IEnumerable<string> Questions => [$"path:{Plain(Path)}"];

    internal override Change? Compare(HostState state, IReadOnlySet<string> changed)
    {
        var found = state.PathAt(Path);
        if (found is not null && found.Kind != PathKind.Directory)
            throw state.Conflict(Title, found, "a directory");
        var summary = found is null ? $"create, {Owner}:{Group} {Mode}" : Ownership.Difference(found, Owner, Group, Mode);
        return summary is null ? null : new Change(Title, summary) { Actions = [new HostAction(Command)] };
    }

    private ShellCommand Command => As is null
        ? ShellCommand.Of("install", "-d", "-o", Plain(Owner), "-g", Plain(Group), "-m", Mode, "--", Path)
        : ShellCommand.Of("runuser", "-u", Plain(As), "--", "install", "-d", "-m", Mode, "--", Path);
}
