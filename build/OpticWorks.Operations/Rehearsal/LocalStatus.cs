namespace OpticWorks.Operations.Rehearsal;

/// <summary>The local environment as a whole.</summary>
public sealed record LocalStatus(
    string StateDirectory, string Network, IReadOnlyList<MachineStatus> Machines, ObjectStoreStatus Objects,
    EdgeStatus Edge);
