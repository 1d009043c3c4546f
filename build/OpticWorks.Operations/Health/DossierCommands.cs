using System.Globalization;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Operations.Health;

/// <summary>What a dossier asks a host, as data. Nothing changes anything, nothing needs root, and nothing fails because a unit is down.</summary>
internal static class DossierCommands
{
    /// <summary>The most lines of a journal; the end of it is what counts.</summary>
    private const int MostLines = 400;

    /// <summary>systemctl ends with 3 for a unit that is not running: an answer like any other.</summary>
    public static ShellCommand Status(params IReadOnlyList<string> units) => ShellCommand.Script(
        """systemctl status --no-pager --full --lines=0 -- "$@" || [ $? -eq 3 ]""", units);

    public static ShellCommand Journal(IReadOnlyList<int> ports, DateTimeOffset since) => ShellCommand.Of("journalctl",
    [
        "--no-pager", "--output=short-iso-precise",
        string.Create(CultureInfo.InvariantCulture, $"--since=@{since.ToUnixTimeSeconds()}"),
        string.Create(CultureInfo.InvariantCulture, $"--lines={MostLines}"),
        .. ports.Select(port => $"--unit={HostLayout.Unit(port)}"),
    ]);

    /// <summary>What listens, and how many connections there are of each kind.</summary>
    public static ShellCommand Sockets => ShellCommand.All(ShellCommand.Of("ss", "-ltn"), ShellCommand.Of("ss", "-s"));

    /// <summary>Room and inodes. A mount that df may not look at is not worth failing for.</summary>
    public static ShellCommand Disk => ShellCommand.Script(
        "df -hT -x tmpfs -x devtmpfs -x overlay 2>&1 || df -hT / 2>&1; echo; df -hi / 2>&1");

    public static ShellCommand Memory => ShellCommand.Script("free -m; echo; uptime");

    public static ShellCommand FailedUnits => ShellCommand.Of("systemctl", "list-units", "--failed", "--no-pager", "--no-legend", "--plain");
}
