using System.Globalization;

namespace OpticWorks.Operations.Traffic;

/// <summary>A server's row of HAProxy's statistics, as a canary needs it.</summary>
/// <param name="UserWeight">The weight that was set, whatever the state.</param>
/// <param name="ConnectionErrors">Connections that failed since HAProxy's worker began.</param>
public sealed record ServerRow(string Name, string Status, int UserWeight, long ConnectionErrors)
{
    public bool IsDown => Status.StartsWith("DOWN", StringComparison.Ordinal) || Status == "NOLB";

    /// <summary>Drained or in maintenance.</summary>
    public bool IsHeldBack => Status.StartsWith("DRAIN", StringComparison.Ordinal) || Status.StartsWith("MAINT", StringComparison.Ordinal);
}

/// <summary>One look at HAProxy: which worker answered, and its rows of one backend.</summary>
/// <param name="Worker">Its process id: another one has counters of its own, which begin at 0.</param>
/// <param name="Requests">Requests that the backend got since the worker began.</param>
/// <param name="UnderWay">Of them, those that have not ended.</param>
public sealed record BalancerLook(int Worker, long Requests, int UnderWay, IReadOnlyList<ServerRow> Servers)
{
    /// <summary>What HAProxy is asked.</summary>
    public static string Question(string backend) => $"show info; show stat {backend} 6 -1";

    public ServerRow? Server(string name) => Servers.FirstOrDefault(row => row.Name == name);

    /// <exception cref="OperationException">It is not the answer to <see cref="Question"/>.</exception>
    public static BalancerLook Read(string answer, string backend)
    {
        var lines = answer.Split('\n', StringSplitOptions.TrimEntries);
        var worker = lines.FirstOrDefault(line => line.StartsWith("Pid: ", StringComparison.Ordinal));
        var head = Array.FindIndex(lines, line => line.StartsWith("# pxname,", StringComparison.Ordinal));
        if (worker is null || head < 0 || !int.TryParse(worker[5..], CultureInfo.InvariantCulture, out var pid))
            throw new OperationException("HAProxy's answer is not what this program knows", ExitCodes.Engine) { Seen = lines.FirstOrDefault(line => line.Length > 0) };
        var columns = lines[head][2..].Split(',').ToList();
        var (proxy, name, status, weight, sessions, requests, errors) = (columns.IndexOf("pxname"), columns.IndexOf("svname"), columns.IndexOf("status"),
            columns.IndexOf("uweight"), columns.IndexOf("scur"), columns.IndexOf("req_tot"), columns.IndexOf("econ"));
        var rows = lines.Skip(head + 1).Select(line => line.Split(',')).Where(cells => cells.Length > columns.Count - 2 && cells[proxy] == backend).ToList();
        var whole = rows.FirstOrDefault(cells => cells[name] == "BACKEND")
            ?? throw new OperationException($"HAProxy has no backend {backend}", ExitCodes.Engine);
        return new BalancerLook(pid, Number(whole[requests]), (int)Number(whole[sessions]),
            [.. rows.Where(cells => cells[name] != "BACKEND").Select(cells => new ServerRow(cells[name], cells[status], (int)Number(cells[weight]), Number(cells[errors])))]);
    }

    private static long Number(string cell) => long.TryParse(cell, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
