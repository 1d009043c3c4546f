using System.Globalization;
using System.Text.Json;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Transactions.Leases;

/// <summary>A lease as /var/lib/opticworks/lease.json has it. Times are the control host's clock.</summary>
/// <param name="Token">The fencing token: greater than every earlier one.</param>
public sealed record LeaseRecord(long Token, DateTimeOffset Acquired, DateTimeOffset Renewed, DateTimeOffset Expires, LeaseHolder Holder);

/// <summary>A freeze as /var/lib/opticworks/freeze.json has it.</summary>
/// <param name="Until">When it ends by itself; null: when somebody thaws it.</param>
public sealed record FreezeRecord(DateTimeOffset Since, DateTimeOffset? Until, string By, string Reason);

/// <summary>What the control host answered: its clock and what it holds.</summary>
public sealed record LeaseReading(DateTimeOffset Now, LeaseRecord? Lease, FreezeRecord? Freeze)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Nobody may act under a lease that has expired.</summary>
    public bool IsHeld => Lease is not null && Now < Lease.Expires;

    public bool IsExpired => Lease is not null && Now >= Lease.Expires;

    public bool IsFrozen => Freeze is not null && (Freeze.Until is null || Now < Freeze.Until);

    /// <summary>Three lines: the clock (milliseconds since 1970), the lease or nothing, the freeze or nothing.</summary>
    /// <exception cref="OperationException">It is something else (exit 255).</exception>
    internal static LeaseReading Parse(HostResult result)
    {
        var lines = result.Output.Split('\n');
        try
        {
            return new LeaseReading(Time(long.Parse(lines[0], CultureInfo.InvariantCulture)), ReadLease(lines[1]), ReadFreeze(lines[2]));
        }
        catch (Exception e) when (e is FormatException or JsonException or IndexOutOfRangeException or KeyNotFoundException or InvalidOperationException)
        {
            throw new OperationException("The lease cannot be read", ExitCodes.Engine, e) { Where = result.Host, Seen = result.Output };
        }
    }

    private static LeaseRecord? ReadLease(string line)
    {
        if (line.Length == 0)
            return null;
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        return new LeaseRecord(
            root.GetProperty("token").GetInt64(), Time(root, "acquired"), Time(root, "renewed"), Time(root, "expires"),
            root.GetProperty("holder").Deserialize<LeaseHolder>(Json)!);
    }

    private static FreezeRecord? ReadFreeze(string line)
    {
        if (line.Length == 0)
            return null;
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        return new FreezeRecord(
            Time(root, "since"), root.GetProperty("until").GetInt64() == 0 ? null : Time(root, "until"),
            root.GetProperty("by").GetString()!, root.GetProperty("reason").GetString()!);
    }

    private static DateTimeOffset Time(JsonElement root, string name) => Time(root.GetProperty(name).GetInt64());

    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
