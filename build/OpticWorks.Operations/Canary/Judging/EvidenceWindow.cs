namespace OpticWorks.Operations.Canary.Judging;

/// <summary>
/// Joins looks to windows that evidence is drawn from. In a window of one request on each side the shares say nothing, so a window is closed when
/// both sides have enough requests or when it has lasted five seconds. It looks at requests only, never at errors: that would bias.
/// </summary>
public sealed class EvidenceWindow
{
    private const int Enough = 20;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private Tally _canary;
    private Tally _stable;
    private TimeSpan _length;

    /// <summary>Adds a look; when that closes the window, tells what was in it.</summary>
    public bool Add(TimeSpan length, Tally canary, Tally stable, out (Tally Canary, Tally Stable) whole)
    {
        _canary += canary;
        _stable += stable;
        _length += length;
        whole = (_canary, _stable);
        if (_length < Longest && (_canary.Requests < Enough || _stable.Requests < Enough))
            return false;
        Drop();
        return true;
    }

    /// <summary>The split changes: what is in it belongs to the old one.</summary>
    public void Drop() => (_canary, _stable, _length) = (default, default, TimeSpan.Zero);
}
