namespace OpticWorks.Operations.Transactions.Audits;

/// <summary>What is recorded about one act.</summary>
/// <param name="Who">For example "mara@laptop".</param>
/// <param name="What">The act, for example "DeployBackend" or "Unlock".</param>
public sealed record AuditEntry(string Who, string What)
{
    /// <summary>The operation's id; empty: none.</summary>
    public string Operation { get; init; } = "";

    /// <summary>How it ended.</summary>
    public string Result { get; init; } = "";

    /// <summary>Why, in the person's words.</summary>
    public string Reason { get; init; } = "";
}

/// <summary>A line of the audit.</summary>
/// <param name="Sequence">1 for the first line.</param>
/// <param name="At">The control host's clock.</param>
public sealed record AuditLine(long Sequence, DateTimeOffset At, AuditEntry Entry);

/// <summary>What a host remembers of the chain.</summary>
/// <param name="Hash">SHA-256 of the line's bytes without its newline, lower-case hex.</param>
public sealed record AuditHead(string Host, long Sequence, string Hash);
