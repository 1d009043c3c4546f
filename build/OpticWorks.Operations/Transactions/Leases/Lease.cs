namespace OpticWorks.Operations.Transactions.Leases;

/// <summary>
/// A lease that is held and renewed in the background. Disposing it gives it back, unless it is lost or was <see cref="Abandon">abandoned</see>.
/// </summary>
public sealed class Lease : IAsyncDisposable
{
    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromSeconds(10);

    private readonly Leases _leases;
    private readonly LeaseKeeper _keeper;
    private readonly List<CancellationTokenSource> _linked = [];
    private bool _over;

    internal Lease(Leases leases, LeaseRecord record, LeaseTerms terms, LeaseKeeper.Moment proven)
    {
        _leases = leases;
        Record = record;
        _keeper = new LeaseKeeper(terms, proven, token => leases.RenewAsync(record.Token, terms.Lifetime, token));
    }

    /// <summary>As it was when it was taken.</summary>
    public LeaseRecord Record { get; }

    /// <summary>The fencing token that every changing command carries.</summary>
    public long Token => Record.Token;

    /// <summary>Cancelled when the lease is lost: stop acting at once, undo nothing.</summary>
    public CancellationToken Lost => _keeper.Lost;

    /// <summary>Why it is lost; null: it is not.</summary>
    public string? Loss => _keeper.Loss;

    /// <summary>The signals of a run under this lease: it detaches when the lease is lost. Valid until the lease is disposed.</summary>
    public RunSignals Signals(CancellationToken interrupt, CancellationToken detach)
    {
        var either = CancellationTokenSource.CreateLinkedTokenSource(detach, Lost);
        _linked.Add(either);
        return new RunSignals(interrupt, either.Token, () => Loss is null ? null : $"the lease of {_leases.Environment} is lost: {Loss}");
    }

    /// <summary>Stops renewing and leaves it to expire: what was begun under it is unfinished.</summary>
    public void Abandon() => _over = true;

    /// <summary>Gives it back.</summary>
    /// <returns>False when it was not ours any more.</returns>
    public async Task<bool> ReleaseAsync(CancellationToken cancellationToken)
    {
        _over = true;
        await _keeper.DisposeAsync().ConfigureAwait(false);
        return await _leases.ReleaseAsync(Token, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        var release = !_over && !Lost.IsCancellationRequested;
        _over = true;
        await _keeper.DisposeAsync().ConfigureAwait(false);
        _linked.ForEach(linked => linked.Dispose());
        if (!release)
            return;
        using var limit = new CancellationTokenSource(ReleaseLimit);
        try
        {
            await _leases.ReleaseAsync(Token, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationException or OperationCanceledException)
        {
            _leases.Narrator.Warn("lease", $"it could not be given back and expires by itself: {e.Message}");
        }
    }
}
