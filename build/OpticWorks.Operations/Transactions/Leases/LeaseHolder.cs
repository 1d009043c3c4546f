namespace OpticWorks.Operations.Transactions.Leases;

/// <summary>Who holds a lease and what for; written by the holder, shown to everybody else.</summary>
/// <param name="Owner">A person's or a workflow's name, for example "mara".</param>
/// <param name="Machine">Where the program runs, for example "laptop".</param>
/// <param name="Reason">What for, for example "DeployBackend of r-20261122-141203-3f9c2ab".</param>
/// <param name="Operation">Its operation's id; its journal has the same name.</param>
/// <param name="Process">The process that holds it; null: unknown, so that only time can end it.</param>
public sealed record LeaseHolder(string Owner, string Machine, string Reason, string Operation, HolderProcess? Process = null)
{
    /// <summary>This process as the holder.</summary>
    public static LeaseHolder Here(string owner, string reason, OperationId operation) =>
        new(owner, Environment.MachineName, reason, operation.Text, HolderProcess.Current());

    public override string ToString() => $"{Owner}@{Machine}";
}
