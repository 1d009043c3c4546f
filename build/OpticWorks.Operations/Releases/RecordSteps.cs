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

    public Step Mark(ReleaseId release, string reason) => new("mark", release.Text)
    {
        Do = async token =>
        {
            if (await FindAsync(release, token).ConfigureAwait(false) is not { } record)
                return "it has no record";
            await ReleaseBook.WriteAsync(Control, record with { State = ReleaseState.Bad, Note = reason }, token).ConfigureAwait(false);
            return $"bad: {reason}";
        },
        Undo = async token =>
        {
            if (await FindAsync(release, token).ConfigureAwait(false) is { } record)
                await ReleaseBook.WriteAsync(Control, record with { State = ReleaseState.Good, Note = "" }, token).ConfigureAwait(false);
        },
        UndoText = "mark it good again",
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

    private async Task<ReleaseRecord?> FindAsync(ReleaseId release, CancellationToken cancellationToken) =>
        (await ReadAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(record => record.Release == release.Text);
}
