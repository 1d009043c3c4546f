using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Operations.Releases;

/// <summary>The steps that write down what became of a release, and whether it would still run.</summary>
internal sealed class RecordSteps(StoreEnvironment environment, Func<HostSettings, IHost> connect, Func<IHost, IHost> fence, INarrator narrator)
{
    /// <summary>A port that no instance has; releases are tried on it.</summary>
    private const int TrialPort = 19100;

    private readonly ReleaseBook _book = new(connect(environment.Balancer.Host));

    /// <summary>The longest start of a release on trial.</summary>
    public required TimeSpan TrialLimit { get; init; }

    private IHost Control => fence(connect(environment.Balancer.Host));

    public Task<IReadOnlyList<ReleaseRecord>> ReadAsync(CancellationToken cancellationToken) => _book.ReadAsync(cancellationToken);

    public Step Record(ReleaseRecord record) => new("record", record.Release)
    {
        Do = async token =>
        {
            await ReleaseBook.WriteAsync(Control, record, token).ConfigureAwait(false);
            return "";
        },
        Undo = token => ReleaseBook.RemoveAsync(Control, ReleaseId.Parse(record.Release), token),
        UndoText = "forget the release",
    };

    /// <param name="before">Why it was bad before; null: it was good.</param>
    public Step Mark(ReleaseId release, string reason, string? before) => new("mark", release.Text)
    {
        Do = token => SetAsync(release, reason, token),
        Undo = token => SetAsync(release, before, token),
        UndoText = before is null ? "mark it good again" : $"bad as before: {before}",
    };

    /// <summary>A bad release that serves again is good.</summary>
    /// <param name="before">Why it was bad before.</param>
    public Step Clear(ReleaseId release, string before) => new("clear", release.Text)
    {
        Do = token => SetAsync(release, null, token),
        Undo = token => SetAsync(release, before, token),
        UndoText = $"bad as before: {before}",
    };

    /// <summary>The release that was left is started on a spare port of a host, with its own configuration, against today's schema.</summary>
    public Step ProveWayBack(ReleaseId old, BackendHost host)
    {
        var fenced = fence(connect(host));
        return new Step("prove", $"the way back to {old}")
        {
            Do = async token =>
            {
                if (await FindAsync(old, token).ConfigureAwait(false) is not { } record)
                    return "it has no record";
                var result = await fenced.RunAsync(ReleaseCommands.Try(new HostLayout(environment.Releases.Directory), old, TrialPort, InstanceProbe.Of(environment.Api), TrialLimit), null, null, token).ConfigureAwait(false);
                var problem = result.Succeeded ? null : (result.Output.Trim() is { Length: > 0 } said ? said : result.Error.Trim()).Split('\n')[0];
                var proof = new RollbackProof(DateTimeOffset.UtcNow, Math.Round(result.Duration.TotalSeconds, 1), problem);
                await ReleaseBook.WriteAsync(Control, record with { Proof = proof }, token).ConfigureAwait(false);
                if (problem is not null)
                    narrator.Warn("prove", $"{old} does not run against today's database: {problem}. A rollback to it would need --accept-unproved");
                return problem is null ? $"proved: it ran on a spare port against today's schema after {proof.Seconds:0.0} s" : "failed, and noted";
            },
            NoUndo = "it only looks; the trial has ended",
        };
    }

    /// <param name="bad">Why it is bad; null: it is good.</param>
    private async Task<string> SetAsync(ReleaseId release, string? bad, CancellationToken cancellationToken)
    {
        if (await FindAsync(release, cancellationToken).ConfigureAwait(false) is not { } record)
            return "it has no record";
        var state = bad is null ? ReleaseState.Good : ReleaseState.Bad;
        await ReleaseBook.WriteAsync(Control, record with { State = state, Note = bad ?? "" }, cancellationToken).ConfigureAwait(false);
        return bad is null ? "good" : $"bad: {bad}";
    }

    private async Task<ReleaseRecord?> FindAsync(ReleaseId release, CancellationToken cancellationToken) =>
        (await ReadAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(record => record.Release == release.Text);
}
