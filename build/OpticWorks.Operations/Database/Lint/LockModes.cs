using System.Globalization;

namespace OpticWorks.Operations.Database.Lint;

/// <summary>PostgreSQL's table locks (Explicit Locking, Table-Level Locks).</summary>
internal static class LockModes
{
    public const string AccessExclusive = "ACCESS EXCLUSIVE";

    public const string Exclusive = "EXCLUSIVE";

    public const string ShareRowExclusive = "SHARE ROW EXCLUSIVE";

    public const string Share = "SHARE";

    public const string RowExclusive = "ROW EXCLUSIVE";

    /// <summary>Numbers 1 to 8 in the order of storage/lockdefs.h.</summary>
    private static readonly string[] Names =
        ["", "ACCESS SHARE", "ROW SHARE", RowExclusive, "SHARE UPDATE EXCLUSIVE", Share, ShareRowExclusive, Exclusive, AccessExclusive];

    /// <summary>The mode of a LOCK statement.</summary>
    public static string Of(SyntaxNode statement) =>
        statement.Fields.TryGetProperty("mode", out var mode) && int.TryParse(mode.GetRawText(), CultureInfo.InvariantCulture, out var number) && number is > 0 and < 9
            ? Names[number]
            : AccessExclusive;

    /// <summary>Who has to wait for it.</summary>
    public static string Blocks(string mode) => mode switch
    {
        AccessExclusive => "every reader and writer of the table waits",
        Exclusive or ShareRowExclusive or Share => "every writer of the table waits",
        RowExclusive => "every writer of the same rows waits",
        _ => "no reader and no writer waits",
    };
}
