namespace OpticWorks.Operations.Transactions;

/// <summary>What can end a run from outside.</summary>
/// <param name="Interrupt">Finish the step, take everything back, exit 130: the first SIGINT or SIGTERM.</param>
/// <param name="Detach">Stop acting at once and leave everything as it is, for Resume: the second signal, or a lease that is lost.</param>
/// <param name="WhyDetached">What to tell people, for example why the lease is lost; null: a signal said so.</param>
public sealed record RunSignals(CancellationToken Interrupt, CancellationToken Detach = default, Func<string?>? WhyDetached = null);
