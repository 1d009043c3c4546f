using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Provisioning;

/// <summary>A user without a password, with a group of the same name. An existing user keeps its home and further groups.</summary>
public sealed record UserResource(string Name, string Home, string Shell) : Resource
{
    /// <summary>Runs services; nobody logs in with it, and its home is not made.</summary>
    public bool System { get; init; }

    /// <summary>Groups that it is in beside its own.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    public override string Title => $"user {Name}";

    internal override IEnumerable<string> Questions => [$"user:{Plain(Name)}"];

    internal override Change? Compare(HostState state, IReadOnlySet<string> changed)
    {
        if (state.UserNamed(Name) is not { } found)
        {
            var groups = Groups.Count == 0 ? "" : $", in {string.Join(", ", Groups)}";
            return new Change(Title, $"create{(System ? ", system" : "")}, {Shell}{groups}") { Actions = [new HostAction(Create)] };
        }

        var missing = Groups.Except(found.Groups).ToList();
        List<string> parts = [];
        List<string> words = [];
        if (found.Shell != Shell)
        {
            parts.Add($"shell {found.Shell} → {Shell}");
            words.AddRange(["--shell", Shell]);
        }

        if (missing.Count > 0)
        {
            parts.Add($"add to {string.Join(", ", missing)}");
            words.AddRange(["--append", "--groups", string.Join(',', missing.Select(Plain))]);
        }

        return parts.Count == 0
            ? null
            : new Change(Title, string.Join(", ", parts)) { Actions = [new HostAction(ShellCommand.Of("usermod", [.. words, Name]))] };
    }

    /// <summary>"*" is no password that fits, and unlike useradd's "!" it does not lock the account for keys.</summary>
    private ShellCommand Create => ShellCommand.Of("useradd",
    [
        .. System ? ["--system", "--no-create-home"] : new[] { "--create-home" },
        "--user-group", "--home-dir", Plain(Home), "--shell", Plain(Shell), "--password", "*",
        .. Groups.Count == 0 ? [] : new[] { "--groups", string.Join(',', Groups.Select(Plain)) },
        Name,
    ]);
}
