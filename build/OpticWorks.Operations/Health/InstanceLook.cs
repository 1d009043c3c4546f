using System.Globalization;
using System.Text;

namespace OpticWorks.Operations.Health;

/// <summary>What one look at an instance on its host saw.</summary>
/// <param name="Unit">systemd's active and sub state, for example "active/running".</param>
/// <param name="Since">When the unit entered that state, by the host's clock; null: never.</param>
/// <param name="Age">For how long it has been in it, by the host's clock.</param>
/// <param name="Restarts">How often systemd restarted it by itself since it was last started on purpose.</param>
/// <param name="Release">The release that its link names; null: none.</param>
/// <param name="Health">Its answer on the host's loopback.</param>
public sealed record InstanceLook(string Unit, DateTimeOffset? Since, TimeSpan Age, int Restarts, string? Release, HttpLook Health)
{
    public bool IsRunning => Unit == "active/running";

    /// <summary>The answer of <see cref="HealthCommands.Look"/>: a line an instance, its fields separated by tabs.</summary>
    /// <exception cref="OperationException">It is not that.</exception>
    public static IReadOnlyDictionary<int, InstanceLook> Read(string output)
    {
        var looks = new Dictionary<int, InstanceLook>();
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split('\t');
            if (fields.Length != 10
                || !Number(fields[0], out var port) || !Number(fields[1], out var now)
                || !Number(fields[7], out var status) || !double.TryParse(fields[8], CultureInfo.InvariantCulture, out var seconds))
            {
                throw new OperationException("The host's answer is not what this program asked for", ExitCodes.Engine) { Seen = line };
            }

            var known = Number(fields[4].TrimStart('@'), out var since) && since > 0;
            looks[(int)port] = new InstanceLook(
                $"{fields[2]}/{fields[3]}",
                known ? DateTimeOffset.FromUnixTimeSeconds(since) : null,
                known ? TimeSpan.FromSeconds(Math.Max(0, now - since)) : TimeSpan.Zero,
                Number(fields[5], out var restarts) ? (int)restarts : 0,
                fields[6].Length == 0 ? null : fields[6],
                new HttpLook((int)status, Text(fields[9]), (int)Math.Round(seconds * 1000)));
        }

        return looks;
    }

    private static bool Number(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static string Text(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count).Trim() : "";
    }
}
