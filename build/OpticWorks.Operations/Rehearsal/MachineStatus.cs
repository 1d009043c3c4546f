using System.Text.Json.Serialization;

namespace OpticWorks.Operations.Rehearsal;

[JsonConverter(typeof(JsonStringEnumConverter<MachineState>))]
public enum MachineState
{
    /// <summary>Never made, or removed, or only half-made.</summary>
    Absent,

    /// <summary>Made, with its data, but powered off; up starts it again.</summary>
    Stopped,

    /// <summary>Its processes run, SSH or systemd is not ready yet.</summary>
    Booting,

    Running,

    /// <summary>Up, but units have failed; <see cref="MachineStatus.Detail"/> names them.</summary>
    Degraded,
}

/// <summary>One machine of the local environment as it is now.</summary>
/// <param name="Since">When it was started; null unless its processes run.</param>
/// <param name="Pid">The process on this computer that watches it; null unless it runs.</param>
/// <param name="MemoryBytes">Resident memory of all its processes; shared pages count in each.</param>
/// <param name="Detail">More for people, for example the failed units.</param>
public sealed record MachineStatus(
    string Name, MachineState State, string Address, DateTimeOffset? Since, int? Pid, long? MemoryBytes, string? Detail);
