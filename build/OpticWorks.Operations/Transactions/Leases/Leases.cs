using System.Diagnostics;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Transactions.Audits;

namespace OpticWorks.Operations.Transactions.Leases;

/// <summary>
/// The lease of one environment, on its control host. It says who may change releases and traffic now; what keeps a holder out that
/// has lost it and does not know is the fence of every host.
/// </summary>
/// <param name="control">The control host, as its deploy user.</param>
/// <param name="audit">Where an unlock, a freeze and a thaw are recorded.</param>
public sealed class Leases(IHost control, string environment, INarrator narrator, Audit? audit = null, ControlFolder? folder = null)
{
    private static readonly TimeSpan SayAgain = TimeSpan.FromSeconds(30);

    private readonly ControlFolder _folder = folder ?? ControlFolder.Default;

    internal string Environment => environment;

    internal INarrator Narrator => narrator;

    /// <summary>What the control host holds now. Changes nothing.</summary>
    public async Task<LeaseReading> ReadAsync(CancellationToken cancellationToken) =>
        (await RunAsync(LeaseCommands.Read(_folder), cancellationToken).ConfigureAwait(false)).Reading;

    /// <summary>Takes the lease and keeps renewing it.</summary>
    /// <exception cref="OperationException">Somebody else holds it, or the environment is frozen, and still did after the wait (exit 3).</exception>
    public async Task<Lease> TakeAsync(LeaseHolder holder, LeaseTerms terms, LeaseWish wish, CancellationToken cancellationToken)
    {
        var (clock, said) = (Stopwatch.StartNew(), (TimeSpan?)null);
        var supersede = 0L;
        while (true)
        {
            var asked = LeaseKeeper.Moment.Now();
            var (taken, reading) = await RunAsync(
                LeaseCommands.Take(_folder, holder, terms.Lifetime, supersede, wish.EvenIfFrozen), cancellationToken).ConfigureAwait(false);
            if (taken)
                return new Lease(this, reading.Lease!, terms, asked);

            if (wish.TakeOverFromTheDead && reading is { IsHeld: true, Lease: { } lease } && lease.Token != supersede
                && lease.Holder.Process?.HasEnded(HolderProcess.Current()) == true)
            {
                narrator.Say("lease",
                    $"{lease.Holder} held it for {lease.Holder.Reason}; its process {lease.Holder.Process.Pid} on this machine has ended: taken over");
                supersede = lease.Token;
                continue;
            }

            if (clock.Elapsed >= wish.Wait)
                throw LeaseTexts.Locked(environment, reading, wish.Wait);
            if (said is null || clock.Elapsed - said >= SayAgain)
            {
                said = clock.Elapsed;
                narrator.Say("lease", $"waiting up to {LeaseTexts.Span(wish.Wait - clock.Elapsed)} for "
                    + (reading.IsFrozen ? LeaseTexts.Frozen(reading.Freeze!, reading.Now) : reading.Lease is { } held ? LeaseTexts.Holding(held, reading.Now) : "it"));
            }

            var left = wish.Wait - clock.Elapsed;
            await Task.Delay(left < wish.Poll ? (left > TimeSpan.Zero ? left : TimeSpan.Zero) : wish.Poll, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes a lease whose holder did not: an expired one, or, with a reason, any. Without one there is nothing to do.</summary>
    /// <returns>What was removed; null: it was free.</returns>
    /// <exception cref="OperationException">It is still held, and no reason was given (exit 3).</exception>
    public async Task<LeaseRecord?> UnlockAsync(string who, string? reason, CancellationToken cancellationToken)
    {
        var force = !string.IsNullOrWhiteSpace(reason);
        var reading = await ReadAsync(cancellationToken).ConfigureAwait(false);
        if (reading.Lease is not { } lease)
            return null;
        var (removed, now) = await RunAsync(LeaseCommands.Remove(_folder, lease.Token, force), cancellationToken).ConfigureAwait(false);
        if (!removed && now.Lease is null)
            return null;
        if (!removed)
            throw LeaseTexts.Locked(environment, now with { Freeze = null }, TimeSpan.Zero);
        await RecordAsync(new AuditEntry(who, "Unlock")
        {
            Operation = lease.Holder.Operation,
            Result = $"removed the {(reading.IsExpired ? "expired " : "")}lease {lease.Token} of {lease.Holder} for {lease.Holder.Reason}",
            Reason = reason ?? "",
        }, cancellationToken).ConfigureAwait(false);
        return lease;
    }

    /// <summary>Keeps new changes out, until a time or until it is thawed. What runs goes on.</summary>
    public async Task<FreezeRecord> FreezeAsync(string who, DateTimeOffset? until, string reason, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(reason))
            throw OperationException.Configuration("A freeze needs a reason", next: "--reason \"…\"");
        var (frozen, reading) = await RunAsync(LeaseCommands.Freeze(_folder, until, who, reason), cancellationToken).ConfigureAwait(false);
        if (!frozen)
        {
            throw OperationException.Configuration($"--until {LeaseTexts.Time(until!.Value, reading.Now)} has passed already",
                where: $"the clock of {control.Name} shows {LeaseTexts.Time(reading.Now, reading.Now)}");
        }

        var entry = new AuditEntry(who, "Freeze") { Result = LeaseTexts.Frozen(reading.Freeze!, reading.Now), Reason = reason };
        await RecordAsync(entry, cancellationToken).ConfigureAwait(false);
        return reading.Freeze!;
    }

    /// <returns>The freeze that was lifted; null: there was none.</returns>
    public async Task<FreezeRecord?> ThawAsync(string who, string? reason, CancellationToken cancellationToken)
    {
        var before = await ReadAsync(cancellationToken).ConfigureAwait(false);
        var (thawed, _) = await RunAsync(LeaseCommands.Thaw(_folder), cancellationToken).ConfigureAwait(false);
        if (!thawed || before.Freeze is not { } freeze)
            return null;
        var entry = new AuditEntry(who, "Thaw") { Result = $"lifted the freeze of {freeze.By}: {freeze.Reason}", Reason = reason ?? "" };
        await RecordAsync(entry, cancellationToken).ConfigureAwait(false);
        return freeze;
    }

    internal async Task<bool> RenewAsync(long token, TimeSpan lifetime, CancellationToken cancellationToken) =>
        (await RunAsync(LeaseCommands.Renew(_folder, token, lifetime), cancellationToken).ConfigureAwait(false)).Done;

    internal async Task<bool> ReleaseAsync(long token, CancellationToken cancellationToken) =>
        (await RunAsync(LeaseCommands.Remove(_folder, token, force: true), cancellationToken).ConfigureAwait(false)).Done;

    private async Task<(bool Done, LeaseReading Reading)> RunAsync(ShellCommand command, CancellationToken cancellationToken)
    {
        var result = await control.RunAsync(command, null, null, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode is not HostScript.Lost)
        {
            result.OrFail($"The lease of {environment} on {control.Name} cannot be used", ExitCodes.PreflightRefused,
                next: $"./build.sh Provision --environment {environment}");
        }

        return (result.Succeeded, LeaseReading.Parse(result));
    }

    private Task RecordAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        audit is null ? Task.CompletedTask : audit.AppendAsync(entry, cancellationToken);
}
