namespace OpticWorks.Operations.Storefront.Serving;

/// <summary>How a look at both versions went.</summary>
public enum SideBySideVerdict
{
    Well,

    /// <summary>The new version fails where the old one does not, twice in a row.</summary>
    Worse,

    /// <summary>Both fail, or the old one does: it says nothing about the new one.</summary>
    Undecided,
}

/// <summary>Judges looks at the pages of both versions: one failure may be chance, two in a row on the new version alone are its own.</summary>
public sealed class SideBySide
{
    /// <summary>So many failures in a row count.</summary>
    public const int InARow = 2;

    private int _worse;
    private int _undecided;

    public int Looks { get; private set; }

    /// <summary>The last look left no question open.</summary>
    public bool IsSettled => _worse == 0 && _undecided == 0;

    public SideBySideVerdict Look(bool freshIsWell, bool stableIsWell)
    {
        Looks++;
        (_worse, _undecided) = (freshIsWell, stableIsWell) switch
        {
            (true, true) => (0, 0),
            (false, true) => (_worse + 1, 0),
            (_, false) => (_worse, _undecided + 1),
        };
        return _worse >= InARow ? SideBySideVerdict.Worse : _undecided > 0 ? SideBySideVerdict.Undecided : SideBySideVerdict.Well;
    }
}
