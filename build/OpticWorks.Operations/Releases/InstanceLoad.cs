using System.Globalization;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Releases;

/// <summary>What the main thread of an instance's process had had to do when its host was asked; Node answers every request on that thread.</summary>
/// <param name="Instance">"host:port".</param>
/// <param name="Process">Its process id; another one later is another process.</param>
/// <param name="Age">Of the process.</param>
/// <param name="Busy">Time on a core, or waiting for one, since its start: on cores that others use too, it has less time than it needs.</param>
internal sealed record InstanceLoad(string Instance, int Process, TimeSpan Age, TimeSpan Busy)
{
    /// <summary>
    /// Of each port whose service runs: port, process id, and in hundredths of a second age (proc(5); a clock tick there is that for every program) and
    /// time on a core or waiting for one (sched-stats in the kernel's documentation; nanoseconds there).
    /// </summary>
    internal static ShellCommand ReadCommand(IEnumerable<int> ports) => ShellCommand.Script(
        """
        for port; do
          pid=$(systemctl show -p MainPID --value -- "medusa@$port.service")
          line=$(cat "/proc/$pid/stat" 2>/dev/null) || continue
          read -r ran waited _ 2>/dev/null < "/proc/$pid/task/$pid/schedstat" || continue
          IFS=' .' read -r up part _ < /proc/uptime
          read -ra f <<< "${line##*) }"
          echo "$port $pid $((up * 100 + 10#$part - f[19])) $(((ran + waited) / 10000000))"
        done
        """, [.. ports.Select(port => port.ToString(CultureInfo.InvariantCulture))]);

    /// <param name="output">What the command printed; lines that are none of its own are passed over.</param>
    internal static IEnumerable<InstanceLoad> Parse(string host, string output)
    {
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var numbers = line.Split(' ').Select(word => long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < int.MaxValue ? (int?)number : null).ToArray();
            if (numbers is [{ } port, { } process, { } age, { } busy])
                yield return new InstanceLoad($"{host}:{port}", process, TimeSpan.FromMilliseconds(10.0 * age), TimeSpan.FromMilliseconds(10.0 * busy));
        }
    }

    /// <summary>
    /// The instance that would have most to do with the requests of those that are drained, and how much of its thread it would need for its share of
    /// them: 1 is all of it. That is what it uses now, times how many more requests it would get.
    /// </summary>
    /// <param name="instances">All that share the requests now.</param>
    /// <param name="drained">How many of them are about to get none.</param>
    /// <returns>Null: no process was read twice.</returns>
    internal static (string Instance, double Share)? Busiest(IEnumerable<InstanceLoad> before, IEnumerable<InstanceLoad> after, int instances, int drained)
    {
        var more = (double)instances / Math.Max(1, instances - drained);
        var found = from late in after
                    join early in before on (late.Instance, late.Process) equals (early.Instance, early.Process)
                    let passed = late.Age - early.Age
                    where passed > TimeSpan.Zero
                    let share = (late.Busy - early.Busy) / passed * more
                    orderby share descending, late.Instance
                    select ((string, double)?)(late.Instance, share);
        return found.FirstOrDefault();
    }
}
