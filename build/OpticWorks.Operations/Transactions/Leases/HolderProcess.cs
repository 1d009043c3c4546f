using OpticWorks.Operations.Processes;

namespace OpticWorks.Operations.Transactions.Leases;

/// <summary>A process that cannot be mistaken for another: on which boot of which machine, in which process namespace, and when it began.</summary>
/// <param name="MachineId">/etc/machine-id.</param>
/// <param name="BootId">/proc/sys/kernel/random/boot_id.</param>
/// <param name="Namespace">The target of /proc/self/ns/pid: containers may share the two ids above, and then see other processes.</param>
/// <param name="Pid">Process id in that namespace.</param>
/// <param name="Started">Field 22 of /proc/PID/stat, clock ticks.</param>
public sealed record HolderProcess(string MachineId, string BootId, string Namespace, int Pid, long Started)
{
    /// <summary>This process; null where the kernel does not tell all of it (not Linux).</summary>
    public static HolderProcess? Current()
    {
        try
        {
            return ProcessStamp.Read(Environment.ProcessId) is { } stamp
                ? new HolderProcess(
                    File.ReadAllText("/etc/machine-id").Trim(),
                    File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim(),
                    new FileInfo("/proc/self/ns/pid").LinkTarget ?? "",
                    stamp.Pid, stamp.Started)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether it is certain that the process has ended. Only its own machine can tell, in the same boot and the same namespace. After a
    /// reboot of that machine nothing is certain: cloned machines may share a machine id. Nor is it where /proc hides others' processes (hidepid).
    /// </summary>
    /// <param name="here">This process.</param>
    public bool HasEnded(HolderProcess? here) =>
        here is not null
        && MachineId.Length > 0 && MachineId == here.MachineId
        && BootId.Length > 0 && BootId == here.BootId
        && Namespace.Length > 0 && Namespace == here.Namespace
        && ProcessStamp.Read(1) is not null
        && ProcessStamp.Read(Pid) != new ProcessStamp(Pid, Started);
}
