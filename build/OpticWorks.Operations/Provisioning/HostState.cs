using System.Globalization;
using System.Text;

namespace OpticWorks.Operations.Provisioning;

internal enum PathKind
{
    File,
    Directory,
    Link,
    Other,
}

/// <param name="Mode">Octal digits as stat gives them, for example "750".</param>
/// <param name="Target">What a link points at.</param>
internal sealed record PathState(string Path, PathKind Kind, string Owner, string Group, string Mode, DateTimeOffset Modified)
{
    public string? Target { get; init; }
}

internal sealed record UserState(string Home, string Shell, IReadOnlyList<string> Groups);

/// <param name="ChangedAt">When it last started, stopped or was reloaded; null: never.</param>
internal sealed record UnitState(bool Enabled, bool Active, bool NeedsDaemonReload, DateTimeOffset? ChangedAt);

/// <param name="Verifier">The stored password verifier; empty: none.</param>
internal sealed record RoleState(bool Login, bool CreateDatabase, bool Monitor, string Verifier);

/// <summary>What a host answered to <see cref="HostProbe"/>.</summary>
internal sealed class HostState(string host)
{
    private readonly Dictionary<string, PathState> _paths = [];
    private readonly Dictionary<string, string> _contents = [];
    private readonly Dictionary<string, string> _digests = [];
    private readonly Dictionary<string, UserState> _users = [];
    private readonly Dictionary<string, string> _keys = [];
    private readonly Dictionary<string, UnitState> _units = [];
    private readonly Dictionary<string, RoleState> _roles = [];
    private readonly Dictionary<string, string> _databases = [];
    private readonly HashSet<string> _packages = [];
    private readonly HashSet<string> _clusters = [];

    public string Host { get; } = host;

    public PathState? PathAt(string path) => _paths.GetValueOrDefault(path);

    public string? ContentOf(string path) => _contents.GetValueOrDefault(path);

    public string? DigestOf(string path) => _digests.GetValueOrDefault(path);

    public UserState? UserNamed(string name) => _users.GetValueOrDefault(name);

    public IReadOnlyList<string> KeysOf(string user) => _keys.GetValueOrDefault(user)?.Split('\n') ?? [];

    public bool HasPackage(string name) => _packages.Contains(name);

    public UnitState? UnitNamed(string name) => _units.GetValueOrDefault(name);

    public bool HasCluster(string name) => _clusters.Contains(name);

    public RoleState? RoleNamed(string name) => _roles.GetValueOrDefault(name);

    public string? OwnerOfDatabase(string name) => _databases.GetValueOrDefault(name);

    public OperationException Conflict(string title, PathState found, string wanted) => OperationException.Preflight(
        $"{title}: something else is in its place", where: Host,
        seen: $"{found.Path} is a {found.Kind.ToString().ToLowerInvariant()}{(found.Target is null ? "" : $" to {found.Target}")}, not {wanted}",
        next: "look at it on the host, and move it away if nothing needs it");

    /// <summary>Reads the probe's answer: one line a fact, fields between tabs, contents in base64.</summary>
    /// <exception cref="OperationException">The answer is not one of the probe (cut off, or from another program).</exception>
    public static HostState Parse(string host, string answer)
    {
        var state = new HostState(host);
        var unit = new Dictionary<string, string>();
        var complete = false;
        foreach (var line in answer.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split('\t');
            switch (fields)
            {
                case ["path", var path, var kind, var owner, var group, var mode, var modified]:
                    state._paths[path] = new PathState(path, KindOf(kind), owner, group, mode, Time(modified));
                    break;
                case ["link", var path, var target] when state._paths.TryGetValue(path, out var found):
                    state._paths[path] = found with { Target = Text(target) };
                    break;
                case ["content", var path, var content]:
                    state._contents[path] = Text(content);
                    break;
                case ["digest", var path, var digest]:
                    state._digests[path] = digest;
                    break;
                case ["user", var name, var home, var shell, var groups]:
                    state._users[name] = new UserState(home, shell, groups.Split(' '));
                    break;
                case ["keys", var user, var keys]:
                    state._keys[user] = Text(keys);
                    break;
                case ["package", var name, "installed"]:
                    state._packages.Add(name);
                    break;
                case ["package", _, _]:
                    break;
                case ["unit", var property] when property.IndexOf('=') is > 0 and var at:
                    unit[property[..at]] = property[(at + 1)..];
                    break;
                case ["unit", ""]:
                    state.Add(unit);
                    break;
                case ["cluster", var name]:
                    state._clusters.Add(name);
                    break;
                case ["role", var name, var login, var create, var monitor, var verifier]:
                    state._roles[name] = new RoleState(login == "t", create == "t", monitor == "t", verifier);
                    break;
                case ["database", var name, var owner]:
                    state._databases[name] = owner;
                    break;
                case ["end"]:
                    complete = true;
                    break;
                default:
                    throw Unreadable(host, $"a line that begins with \"{UnifiedDiff.Printable(fields[0])}\"");
            }
        }

        state.Add(unit);
        return complete ? state : throw Unreadable(host, "no end");
    }

    private void Add(Dictionary<string, string> unit)
    {
        if (unit.TryGetValue("Id", out var name))
        {
            _units[name] = new UnitState(
                Enabled: unit.GetValueOrDefault("UnitFileState") == "enabled",
                Active: unit.GetValueOrDefault("ActiveState") is "active" or "reloading",
                NeedsDaemonReload: unit.GetValueOrDefault("NeedDaemonReload") == "yes",
                ChangedAt: Moment(unit.GetValueOrDefault("StateChangeTimestamp")));
        }

        unit.Clear();
    }

    private static PathKind KindOf(string kind) => kind switch
    {
        "directory" => PathKind.Directory,
        "regular file" or "regular empty file" => PathKind.File,
        "symbolic link" => PathKind.Link,
        _ => PathKind.Other,
    };

    /// <summary>Seconds since 1970 with a fraction, as stat's %.Y.</summary>
    private static DateTimeOffset Time(string seconds) => DateTimeOffset.UnixEpoch.AddTicks(
        (long)(decimal.Parse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture) * TimeSpan.TicksPerSecond));

    /// <summary>systemctl's --timestamp=us+utc, for example "Mon 2026-11-23 13:21:01.123456 UTC".</summary>
    private static DateTimeOffset? Moment(string? text) =>
        DateTimeOffset.TryParseExact(text, "ddd yyyy-MM-dd HH:mm:ss.ffffff 'UTC'", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
            : null;

    private static string Text(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));

    private static OperationException Unreadable(string host, string seen) => OperationException.Preflight(
        "The host's answer about its state cannot be read", where: host, seen: seen,
        next: "a login script of the host that prints something would do this; Doctor shows what a plain command answers");
}
