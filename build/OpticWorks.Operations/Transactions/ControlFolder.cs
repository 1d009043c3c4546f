namespace OpticWorks.Operations.Transactions;

/// <summary>
/// Where a host keeps what makes operations safe; owned by the deploy user (Provision makes it). Every host has a fence and copies of
/// the audit's heads; only the control host, which is the balancer, has the lease, the journals and the audit itself.
/// </summary>
/// <param name="Path">Absolute path on the host.</param>
public sealed record ControlFolder(string Path)
{
    public static ControlFolder Default { get; } = new("/var/lib/opticworks");

    public string Journals => $"{Path}/journal";

    public string Audit => $"{Path}/audit.jsonl";

    public string AuditHeads => $"{Path}/audit-heads";

    /// <summary>One operation's journal.</summary>
    public string Journal(OperationId operation) => $"{Journals}/{operation}.jsonl";
}
