using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Provisioning;

/// <summary>
/// A unit of systemd that is enabled and runs with its newest files. Whether it does is read from times (a file that is
/// younger than the unit's last state change), so a run that was interrupted between file and restart is made good by the next.
/// </summary>
public sealed record UnitResource(string Name) : Resource
{
    /// <summary>Files that it must be restarted for.</summary>
    public IReadOnlyList<string> RestartsFor { get; init; } = [];

    /// <summary>Files that a reload is enough for.</summary>
    public IReadOnlyList<string> ReloadsFor { get; init; } = [];

    /// <summary>Runs systemctl with $2… (start, restart or reload) on the unit $1, and proves that it runs.</summary>
    internal const string Script =
        """
        unit=$1; shift
        systemctl --quiet "$@" -- "$unit" && systemctl --quiet is-active -- "$unit" || {
            systemctl --no-pager --lines=0 status -- "$unit" >&2 || true
            journalctl --no-pager --quiet --output=cat --lines=8 --unit="$unit" >&2 || true
            exit 70
        }
        """;

    public override string Title => $"unit {Name}";

    internal override IEnumerable<string> Questions =>
        [$"unit:{Plain(Name)}", .. RestartsFor.Concat(ReloadsFor).Select(path => $"path:{Plain(path)}")];

    internal override Change? Compare(HostState state, IReadOnlySet<string> changed)
    {
        var found = state.UnitNamed(Name);
        List<string> parts = [];
        List<HostAction> actions = [];
        if (found?.Enabled != true)
        {
            parts.Add("enable");
            actions.Add(new HostAction(ShellCommand.Of("systemctl", "--quiet", "enable", "--", Name)));
        }

        if (found?.Active != true)
            Add("start", "start");
        else if (Reason(RestartsFor) is { } restart)
            Add("restart", $"restart ({restart})");
        else if (Reason(ReloadsFor) is { } reload)
            Add("reload-or-restart", $"reload ({reload})");
        return parts.Count == 0 ? null : new Change(Title, string.Join(" and ", parts)) { Actions = actions };

        void Add(string verb, string text)
        {
            parts.Add(text);
            actions.Add(new HostAction(ShellCommand.Script(Script, Name, verb)));
        }

        string? Reason(IReadOnlyList<string> paths) =>
            paths.FirstOrDefault(changed.Contains) is { } path
                ? $"{path} changes"
                : paths.FirstOrDefault(each => state.PathAt(each)?.Modified > found.ChangedAt) is { } younger
                    ? $"{younger} is younger than its last start"
                    : null;
    }
}
