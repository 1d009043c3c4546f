using OpticWorks.Operations.Transactions.Journals;

namespace OpticWorks.Operations.Transactions;

/// <summary>How an unfinished operation is resumed.</summary>
public enum ResumeWay
{
    Continue,
    Undo,
}

/// <summary>Runs a plan: all of it, or nothing of it that could be taken back.</summary>
public sealed class PlanRunner(INarrator narrator)
{
    /// <summary>Runs a plan that nothing has to survive: its journal is this process's memory.</summary>
    /// <inheritdoc cref="RunAsync(Plan, IJournal, RunSignals)" path="/exception"/>
    public Task RunAsync(Plan plan, CancellationToken cancellationToken) => RunAsync(plan, new MemoryJournal(), new RunSignals(cancellationToken));

    /// <summary>Runs a plan. Each step's intent is in the journal before it acts.</summary>
    /// <param name="journal">Holds its header already.</param>
    /// <exception cref="OperationException">A step failed; everything was undone (5), or not everything could be (6); or the work was
    /// interrupted and undone (130).</exception>
    /// <exception cref="DetachedException">It was left half-done for Resume: told to detach, or the journal or the fence refused (6).</exception>
    public async Task RunAsync(Plan plan, IJournal journal, RunSignals signals)
    {
        plan.Check();
        await new PlanRun(plan, journal, signals, narrator, []).ForwardAsync().ConfigureAwait(false);
    }

    /// <summary>Goes on where a journal ends: continues what was going forward, or takes back what had begun.</summary>
    /// <param name="plan">The same plan, rebuilt from the journal's header.</param>
    /// <param name="journal">Open for the lines after <paramref name="state"/>'s.</param>
    /// <param name="by">Who resumes, for example "mara@laptop".</param>
    /// <returns>False: it had finished; nothing was done.</returns>
    /// <exception cref="OperationException">As for a run; or it can only be taken back, or only go on (4); or the plan lacks a step of the journal (6).</exception>
    /// <exception cref="DetachedException">It was left half-done again (6).</exception>
    public async Task<bool> ResumeAsync(Plan plan, IJournal journal, JournalState state, ResumeWay way, string by, RunSignals signals)
    {
        plan.Check();
        // What could not be taken back may be tried again, by a person's word only.
        var remaining = state.Result == JournalResult.Left ? Remaining.UndoOnly : state.Remaining;
        if (remaining == Remaining.Nothing)
            return false;
        if (way == ResumeWay.Continue && remaining == Remaining.UndoOnly)
        {
            throw OperationException.Preflight($"{plan.Operation} had failed and can only be taken back",
                next: $"./build.sh Resume --environment {plan.Environment} --abort", seen: state.Why);
        }

        var steps = plan.Steps.ToDictionary(step => step.Id);
        if (state.Steps.FirstOrDefault(step => !steps.ContainsKey(step.Id)) is { } unknown)
        {
            throw new OperationException($"The journal holds a step that this plan lacks: {unknown.Id}", ExitCodes.FailedAndNotUndone)
            { Next = "use the version of this program that began the operation" };
        }

        var run = new PlanRun(plan, journal, signals, narrator, state.Steps);
        if (way == ResumeWay.Undo && run.PastReturn is { } last)
        {
            throw OperationException.Preflight($"{plan.Operation} can only go on: {last} has begun, and what came before it would not work any more",
                next: $"./build.sh Resume --environment {plan.Environment}     without --abort");
        }

        await run.ResumedAsync(by).ConfigureAwait(false);
        if (way == ResumeWay.Continue)
            await run.ForwardAsync().ConfigureAwait(false);
        else
            await run.BackAsync(state.Why).ConfigureAwait(false);
        return true;
    }
}
