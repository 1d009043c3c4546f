using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Provisioning;

/// <summary>systemd has read the unit files as they are on disk. Running units go on as they are.</summary>
/// <param name="Units">Units whose files this provisioning writes.</param>
public sealed record SystemdFilesResource(IReadOnlyList<string> Units) : Resource
{
    private const string Folder = "/etc/systemd/system/";

    public override string Title => "systemd's unit files";

    internal override IEnumerable<string> Questions => Units.Select(unit => $"unit:{Plain(unit)}");

    internal override Change? Compare(HostState state, IReadOnlySet<string> changed)
    {
        var stale = changed.Any(path => path.StartsWith(Folder, StringComparison.Ordinal))
            || Units.Any(unit => state.UnitNamed(unit)?.NeedsDaemonReload == true);
        return stale
            ? new Change(Title, "read again") { Actions = [new HostAction(ShellCommand.Of("systemctl", "daemon-reload"))] }
            : null;
    }
}
