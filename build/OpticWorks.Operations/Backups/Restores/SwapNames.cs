namespace OpticWorks.Operations.Backups.Restores;

/// <summary>The names of a live database and of its two companions during a restore.</summary>
/// <param name="Stamp">Tells one restore from another, for example "20261126t140512".</param>
internal sealed record SwapNames(string Live, string Stamp)
{
    /// <summary>PostgreSQL cuts names off after this many bytes.</summary>
    private const int Limit = 63;

    /// <summary>The restored database until it is swapped in.</summary>
    public string New => Named("_new_");

    /// <summary>What was live before.</summary>
    public string Before => Named("_before_");

    /// <summary>What every restore's new database is called by.</summary>
    public ScratchFamily Family => new(New[..^Stamp.Length], "[0-9]{8}t[0-9]{6}");

    private string Named(string middle)
    {
        var room = Limit - middle.Length - Stamp.Length;
        return (Live.Length > room ? Live[..room] : Live) + middle + Stamp;
    }
}
