namespace OpticWorks.Operations.Database.Lint;

/// <summary>What kind of harm a statement does.</summary>
public enum Concern
{
    /// <summary>Shoppers wait, for as long as a scan or a rewrite of a big table takes.</summary>
    Lock,

    /// <summary>Data is destroyed that no later statement brings back.</summary>
    DataLoss,

    /// <summary>The release that runs beside it would fail on the new schema.</summary>
    Contract,

    /// <summary>The statement itself will fail, or takes this suite's protection away.</summary>
    Failure,

    /// <summary>It cannot be judged before it runs.</summary>
    Opaque,
}

/// <summary>Something in a pending migration that a person should know before it runs.</summary>
/// <param name="Rule">Short and stable, for example "create-index"; a migration's file may accept it by this name.</param>
/// <param name="Warning">It is told, and stops nothing.</param>
/// <param name="Size">Of the table that it harms; null: it is about none.</param>
/// <param name="Lock">The lock that is held meanwhile; null: it is not about locks.</param>
/// <param name="SafeWay">What to write instead.</param>
public sealed record Finding(
    string Rule, Concern Concern, bool Warning, string Module, string Migration, string Statement, string? Table, TableSize? Size, string? Lock, string Why, string SafeWay)
{
    /// <summary>Why the migration's file says that it may be done; null: it does not.</summary>
    public string? Accepted { get; init; }

    /// <summary>It stops a migration unless a person accepts it.</summary>
    public bool Stops => !Warning && Accepted is null;

    public override string ToString() =>
        $"{Rule}  {Module} {Migration}: {Statement}\n"
        + $"  {(Table is null ? "" : $"{Table} ({Size?.ToString() ?? "size unknown"}): ")}{Why}{(Lock is null ? "" : $"; {Lock}: {LockModes.Blocks(Lock)}")}\n"
        + (Accepted is null ? $"  safe: {SafeWay}" : $"  accepted: {Accepted}");
}
