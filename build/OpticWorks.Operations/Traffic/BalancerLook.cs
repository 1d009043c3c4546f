using System.Globalization;

namespace OpticWorks.Operations.Traffic;

/// <summary>One look at HAProxy: which worker answered, and its rows of one backend.</summary>
/// <param name="Worker">Its process id: another one has counters of its own, which begin at 0.</param>
/// <param name="Requests">Requests that the backend got since the worker began.</param>
/// <param name="UnderWay">Of them, those that have not ended.</param>
/// <param name="ConnectionErrors">By server, connections that failed since the worker began.</param>
public sealed record BalancerLook(int Worker, long Requests, int UnderWay, IReadOnlyList<ServerState> Servers, IReadOnlyDictionary<string, long> ConnectionErrors)
{
    /// <summary>What HAProxy is asked.</summary>
    public static string Question(string backend) => $"show info; show stat {backend} 6 -1";

    public ServerState? Server(string name) => Servers.FirstOrDefault(row => row.Name == name);

    /// <exception cref="OperationException">It is not the answer to <see cref="Question"/>.</exception>
    public static BalancerLook Read(string answer, string backend)
    {
        var lines = answer.Split('\n', StringSplitOptions.TrimEntries);
        var worker = lines.FirstOrDefault(line => line.StartsWith("Pid: ", StringComparison.Ordinal));
        var head = Array.FindIndex(lines, line => line.StartsWith("# pxname,", StringComparison.Ordinal));
        if (worker is null || head < 0 || !int.TryParse(worker[5..], CultureInfo.InvariantCulture, out var pid))
            throw new OperationException("HAProxy's answer is not what this program knows", ExitCodes.Engine) { Seen = lines.FirstOrDefault(line => line.Length > 0) };
        var columns = lines[head][2..].Split(',').ToList();
        var (proxy, name, sessions, requests, errors) =
            (columns.IndexOf("pxname"), columns.IndexOf("svname"), columns.IndexOf("scur"), columns.IndexOf("req_tot"), columns.IndexOf("econ"));
        var rows = lines.Skip(head + 1).Select(line => line.Split(',')).Where(cells => cells.Length > columns.Count - 2 && cells[proxy] == backend).ToList();
        var whole = rows.FirstOrDefault(cells => cells[name] == "BACKEND")
            ?? throw new OperationException($"HAProxy has no backend {backend}", ExitCodes.Engine);
        return new BalancerLook(pid, Number(whole[requests]), (int)Number(whole[sessions]), ServerState.Read(string.Join('\n', lines.Skip(head)), backend),
            rows.Where(cells => cells[name] != "BACKEND").ToDictionary(cells => cells[name], cells => Number(cells[errors])));
    }

    private static long Number(string cell) => long.TryParse(cell, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
