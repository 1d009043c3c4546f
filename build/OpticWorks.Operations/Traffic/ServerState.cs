using System.Globalization;

namespace OpticWorks.Operations.Traffic;

/// <summary>One server's row of HAProxy's statistics (columns by name, as its first line gives them).</summary>
/// <param name="Status">HAProxy's word: UP, DOWN, MAINT, DRAIN, "UP 1/2", "no check", …</param>
/// <param name="Sessions">Requests under way.</param>
/// <param name="Weight">Effective weight: 0 while it is drained, slowly started, or down.</param>
/// <param name="UserWeight">The weight that was set, 0 to 256, whatever the state.</param>
public sealed record ServerState(string Name, string Status, int Sessions, int Weight, int UserWeight)
{
    /// <summary>Requests that it answered or should have, since HAProxy's counters began.</summary>
    public long Requests { get; init; }

    /// <summary>Of them, answers of 5xx and what never became an answer.</summary>
    public long Failures { get; init; }

    /// <summary>It gets new requests.</summary>
    public bool TakesTraffic => IsUp && Weight > 0;

    public bool IsDown => Status.StartsWith("DOWN", StringComparison.Ordinal);

    public bool IsUp => Status.StartsWith("UP", StringComparison.Ordinal) || Status == "no check";

    /// <summary>The rows of a backend's servers in the answer to <c>show stat</c> (CSV, HAProxy management guide 9.1).</summary>
    public static IReadOnlyList<ServerState> Read(string csv, string backend)
    {
        var lines = csv.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length == 0 || !lines[0].StartsWith("# pxname,", StringComparison.Ordinal))
            throw new OperationException("HAProxy's statistics are not what this program knows", ExitCodes.Engine) { Seen = lines.FirstOrDefault() };
        var columns = lines[0][2..].Split(',').ToList();
        var (proxy, name, sessions, status, weight, user) = (columns.IndexOf("pxname"), columns.IndexOf("svname"), columns.IndexOf("scur"),
            columns.IndexOf("status"), columns.IndexOf("weight"), columns.IndexOf("uweight"));
        var (requests, errors, refused, broken) = (columns.IndexOf("req_tot"), columns.IndexOf("hrsp_5xx"), columns.IndexOf("econ"), columns.IndexOf("eresp"));
        return
        [
            .. lines.Skip(1).Select(line => line.Split(','))
                .Where(cells => cells.Length > Math.Max(weight, user) && cells[proxy] == backend && cells[name] is not ("BACKEND" or "FRONTEND"))
                .Select(cells => new ServerState(cells[name], cells[status], Number(cells[sessions]), Number(cells[weight]), user < 0 ? Number(cells[weight]) : Number(cells[user]))
                {
                    Requests = Count(cells, requests) + Count(cells, refused) + Count(cells, broken),
                    Failures = Count(cells, errors) + Count(cells, refused) + Count(cells, broken),
                }),
        ];
    }

    private static long Count(string[] cells, int column) =>
        column >= 0 && column < cells.Length && long.TryParse(cells[column], CultureInfo.InvariantCulture, out var count) ? count : 0;

    private static int Number(string cell) => int.TryParse(cell, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
