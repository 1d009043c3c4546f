using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Transactions.Audits;
using OpticWorks.Operations.Transactions.Fences;
using OpticWorks.Operations.Transactions.Journals;
using OpticWorks.Operations.Transactions.Leases;
using OpticWorks.Operations.Transactions.Observation;

namespace OpticWorks.Operations.Transactions;

/// <summary>What a plan is made of when its operation begins, and what another machine needs to make the same plan again.</summary>
/// <param name="Release">The release's id; empty: none.</param>
/// <param name="Parameters">Goes into the journal's header. Never a secret.</param>
public sealed record PlanSource(string Release, IReadOnlyDictionary<string, string> Parameters);

/// <summary>
/// Changes to an environment's hosts, each under its lease, behind every host's fence, with a journal and an entry in the audit: it ends
/// all old or all new, and when this process dies, <see cref="ResumeAsync"/> ends it from any machine.
/// </summary>
/// <param name="control">The control host (the balancer), as its deploy user.</param>
/// <param name="others">Every other host that a plan may change.</param>
/// <param name="owner">Who acts, for example "mara".</param>
/// <param name="scrub">Takes secrets out of what is written down.</param>
public sealed class FleetOperation(
    IHost control, IReadOnlyList<IHost> others, string environment, string owner, LeaseTerms terms, Func<string, string> scrub, INarrator narrator,
    ControlFolder? folder = null)
{
    private readonly Journals.Journals _journals = new(control, folder);

    /// <summary>Hears of start, verdict and end of every operation.</summary>
    public IOperationObserver Observer { get; init; } = NoObserver.Instance;

    public Audit Audit { get; } = new(control, others, narrator, folder);

    public Leases.Leases Leases { get; } = new(control, environment, narrator, new Audit(control, others, narrator, folder), folder);

    private string Who => $"{owner}@{System.Environment.MachineName}";

    /// <summary>Runs an operation from its beginning.</summary>
    /// <param name="prepare">Looks and decides under the lease, before anything is changed; null: there is nothing to do.</param>
    /// <param name="plan">Makes the plan; hosts given by the function are behind their fence.</param>
    /// <returns>False: there was nothing to do.</returns>
    /// <exception cref="OperationException">Locked (3), an unfinished operation is in the way (4), or as <see cref="PlanRunner"/> says.</exception>
    public async Task<bool> RunAsync(
        string kind,
        string reason,
        LeaseWish wish,
        Func<CancellationToken, Task<PlanSource?>> prepare,
        Func<PlanSource, Func<IHost, IHost>, CancellationToken, Task<Plan>> plan,
        CancellationToken interrupt,
        CancellationToken detach)
    {
        var operation = OperationId.New(kind, DateTimeOffset.UtcNow);
        await using var lease = await TakeAsync(operation, reason, wish, interrupt).ConfigureAwait(false);
        if ((await _journals.ListAsync(interrupt).ConfigureAwait(false)).FirstOrDefault(journal => !journal.IsFinished) is { } unfinished)
        {
            throw OperationException.Preflight($"{unfinished.Operation} was left unfinished; nothing else begins before it is ended",
                $"./build.sh Resume --environment {environment}     or with --abort to take it back", control.Name);
        }

        if (await prepare(interrupt).ConfigureAwait(false) is not { } source)
            return false;
        var built = await plan(source, host => host.Fenced(lease.Token, null, folder), interrupt).ConfigureAwait(false);
        built.Check();
        interrupt.ThrowIfCancellationRequested();
        // From here on the journal says that it began; an interruption takes it back.
        var journal = new HostJournal(control, operation, lease.Token, 0, scrub, null, folder);
        var header = new JournalHeader(operation.Text, kind, environment, owner, System.Environment.MachineName, source.Release, source.Parameters);
        await journal.AppendAsync(new JournalEntry(JournalEvent.Begun) { Header = header }, detach).ConfigureAwait(false);
        var observed = new ObservedOperation(Observer, header, reason, null, scrub);
        await EndAsync(lease, operation, kind, reason, observed,
            () => new PlanRunner(narrator).RunAsync(built, observed.Listen(journal), lease.Signals(interrupt, detach))).ConfigureAwait(false);
        return true;
    }

    /// <summary>The latest operation that was left unfinished, or that ended with something that could not be taken back and has no other after it;
    /// null: there is none.</summary>
    public async Task<JournalState?> UnfinishedAsync(CancellationToken cancellationToken)
    {
        var names = await _journals.ListAsync(cancellationToken).ConfigureAwait(false);
        if ((names.LastOrDefault(journal => !journal.IsFinished) ?? names.LastOrDefault()) is not { } name)
            return null;
        var state = await _journals.ReadAsync(name.Operation, cancellationToken).ConfigureAwait(false);
        return !name.IsFinished || state.Result == JournalResult.Left ? state : null;
    }

    /// <summary>Ends an unfinished operation: goes on, or takes back.</summary>
    /// <param name="state">As <see cref="UnfinishedAsync"/> told it; it counts only if it still does under the lease.</param>
    /// <param name="plan">Makes the plan again from the journal's header.</param>
    /// <returns>How it had ended already, as was asked for, while its lease was waited for: nothing was done or recorded. Null: it was ended here.</returns>
    /// <exception cref="OperationException">As for a run; or it has ended otherwise, or another operation is unfinished now (4).</exception>
    public async Task<JournalResult?> ResumeAsync(
        JournalState state,
        ResumeWay way,
        LeaseWish wish,
        Func<JournalHeader, Func<IHost, IHost>, CancellationToken, Task<Plan>> plan,
        CancellationToken interrupt,
        CancellationToken detach)
    {
        var header = state.Header!;
        var operation = OperationId.Parse(header.Operation);
        var reason = $"{(way == ResumeWay.Undo ? "taking back" : "resuming")} {header.Kind} of {header.Release}";
        await using var lease = await TakeAsync(operation, reason, wish with { TakeOverFromTheDead = true, EvenIfFrozen = true }, interrupt).ConfigureAwait(false);
        // The holder, or somebody else who resumes, may have gone on until the lease was taken: what counts is what stands there now.
        var current = await UnfinishedAsync(interrupt).ConfigureAwait(false);
        if (current?.Header!.Operation != header.Operation)
            return Ended(await _journals.ReadAsync(operation, interrupt).ConfigureAwait(false), way, current);
        RequireStill(state, current!, way);
        var built = await plan(header, host => host.Fenced(lease.Token, null, folder), interrupt).ConfigureAwait(false);
        var journal = new HostJournal(control, operation, lease.Token, current.Lines, scrub, null, folder);
        var observed = new ObservedOperation(Observer, header, reason, way, scrub);
        await EndAsync(lease, operation, $"Resume {header.Kind}", reason, observed,
            () => new PlanRunner(narrator).ResumeAsync(built, observed.Listen(journal), current, way, Who, lease.Signals(interrupt, detach))).ConfigureAwait(false);
        return null;
    }

    /// <param name="other">What is unfinished in its place; null: nothing.</param>
    private JournalResult Ended(JournalState state, ResumeWay way, JournalState? other)
    {
        var header = state.Header!;
        var end = state.Result == JournalResult.Left ? "could not be taken back completely" : $"had already ended: {(state.Result == JournalResult.Done ? "finished" : "taken back")}";
        if (other is not null)
        {
            throw OperationException.Preflight($"{header.Operation} {end}; since then {other.Header!.Operation} was left unfinished; nothing was done",
                $"./build.sh Resume --environment {environment}     once more, for {other.Header.Operation}; with --abort to take it back", control.Name, other.Why);
        }

        return (state.Result!.Value, way) switch
        {
            (JournalResult.Done, ResumeWay.Continue) or (JournalResult.Undone, ResumeWay.Undo) => state.Result.Value,
            // What came after it stands on what it left.
            (JournalResult.Left, _) => throw OperationException.Preflight($"{header.Operation} {end}, and other operations have come after it; nothing was done",
                $"./build.sh Health --environment {environment}", control.Name, state.Why),
            (JournalResult.Done, _) => throw OperationException.Preflight($"{header.Operation} {end}; it cannot be aborted any more, and nothing was done",
                WayBack(header), control.Name),
            _ => throw OperationException.Preflight($"{header.Operation} {end}; there is nothing to go on with, and nothing was done",
                $"./build.sh {header.Kind} --environment {environment} …     to begin it again", control.Name, state.Why),
        };
    }

    /// <summary>How what an operation brought is left again, once it has finished.</summary>
    private string WayBack(JournalHeader header) => header.Kind switch
    {
        "DeployBackend" or "Canary" or "Release" => $"./build.sh Rollback --environment {environment} --reason \"…\"     if {header.Release} is to be left again",
        "DeployStorefront" => $"./build.sh RollbackStorefront --environment {environment} --reason \"…\"     if {header.Release} is to be left again",
        "Rollback" => $"./build.sh Releases --environment {environment}; Rollback --to a release goes forward, too",
        _ => $"./build.sh Explain --of {header.Kind}     says how it is undone",
    };

    /// <summary>What may be done with it must not have become less while the lease was waited for.</summary>
    private void RequireStill(JournalState chosen, JournalState now, ResumeWay way)
    {
        var failed = now.Remaining == Remaining.UndoOnly && way == ResumeWay.Continue;
        if (!failed && (now.Result != JournalResult.Left || chosen.Result == JournalResult.Left))
            return;
        throw OperationException.Preflight(
            $"{now.Header!.Operation} has failed meanwhile and {(failed ? "can only be taken back" : "not all of it could be taken back; that is tried again at a person's word only")}; nothing was done",
            $"./build.sh Resume --environment {environment} --abort", control.Name, now.Why);
    }

    private async Task<Lease> TakeAsync(OperationId operation, string reason, LeaseWish wish, CancellationToken cancellationToken)
    {
        var lease = await Leases.TakeAsync(LeaseHolder.Here(owner, reason, operation), terms, wish, cancellationToken).ConfigureAwait(false);
        try
        {
            await Fence.RaiseAsync(new HostGroup([control, .. others]), lease.Token, null, folder, cancellationToken).ConfigureAwait(false);
            narrator.Say("lease", $"taken by {Who} for {reason}, renewed every {terms.Renewal.TotalSeconds:0.#} s (token {lease.Token})");
            return lease;
        }
        catch
        {
            await lease.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task EndAsync(Lease lease, OperationId operation, string kind, string reason, ObservedOperation observed, Func<Task> run)
    {
        observed.Started();
        try
        {
            await run().ConfigureAwait(false);
            observed.Done();
            await RecordAsync(operation, kind, reason, "done").ConfigureAwait(false);
        }
        catch (DetachedException e)
        {
            // Whoever resumes needs to know that nobody acts any more: the lease is left to expire.
            lease.Abandon();
            observed.Left(e);
            await RecordAsync(operation, kind, reason, $"left unfinished: {e.Message}").ConfigureAwait(false);
            throw;
        }
        catch (OperationException e)
        {
            observed.Failed(e);
            await RecordAsync(operation, kind, reason, $"exit {e.ExitCode}: {e.Message}").ConfigureAwait(false);
            throw;
        }
    }

    private async Task RecordAsync(OperationId operation, string kind, string reason, string result)
    {
        try
        {
            await Audit.AppendAsync(new AuditEntry(Who, kind) { Operation = operation.Text, Reason = scrub(reason), Result = scrub(result) }, CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (OperationException e)
        {
            narrator.Warn("audit", $"{kind} could not be recorded: {e.Message}");
        }
    }
}
