using System.Globalization;
using System.Text.RegularExpressions;

namespace OpticWorks.Operations.Database.Lint;

/// <summary>What changing a column's type means.</summary>
internal static partial class TypeChange
{
    /// <summary>Only the catalogue changes.</summary>
    public const string InPlace = "in place";

    /// <summary>Every row is written anew, and every value fits.</summary>
    public const string Wider = "wider";

    /// <summary>Values may be lost or refused, and code that expects the old type may fail.</summary>
    public const string Other = "other";

    private static readonly string[] Integers = ["smallint", "integer", "bigint", "numeric"];

    /// <param name="from">As format_type() writes it; null: unknown.</param>
    /// <param name="to">As the parser writes it.</param>
    public static string Of(string? from, string? to)
    {
        if (from is null || to is null)
            return Other;
        var (old, oldSize) = Split(from);
        var (now, nowSize) = Split(to);
        if (old == now && oldSize.SequenceEqual(nowSize))
            return InPlace;
        if (old == "character varying" && now is "text" && nowSize.Length == 0)
            return InPlace;
        if (old is "text" or "character varying" && now == "character varying" && (nowSize.Length == 0 || (oldSize is [var had] && nowSize[0] >= had)))
            return InPlace;
        if (old == "numeric" && now == "numeric")
            return nowSize.Length == 0 || (oldSize is [var digits, var scale] && nowSize is [var moreDigits, var sameScale] && moreDigits >= digits && sameScale == scale) ? InPlace : Other;
        var (place, next) = (Array.IndexOf(Integers, old), Array.IndexOf(Integers, now));
        if (place >= 0 && next > place && nowSize.Length == 0)
            return Wider;
        return (old, now) is ("real", "double precision") or ("character", "text") or ("uuid", "text") or ("json", "jsonb") or ("date", "timestamp with time zone") ? Wider : Other;
    }

    /// <summary>PostgreSQL changes the type without touching the rows.</summary>
    public static bool IsInPlace(SchemaChange change, TableFacts facts) => Of(facts.Columns.GetValueOrDefault(change.Name ?? ""), change.Type) == InPlace;

    /// <summary>Every value fits, and code that expects the old type reads the new one.</summary>
    public static bool IsWider(SchemaChange change, TableFacts facts) => Of(facts.Columns.GetValueOrDefault(change.Name ?? ""), change.Type) is InPlace or Wider;

    private static (string Name, int[] Size) Split(string type)
    {
        var match = Shape().Match(type);
        var name = match.Groups["name"].Value.Trim().ToLowerInvariant();
        int[] size = [.. match.Groups["size"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
        return (name switch
        {
            "int2" => "smallint",
            "int4" or "int" => "integer",
            "int8" => "bigint",
            "varchar" => "character varying",
            "bpchar" => "character",
            "decimal" => "numeric",
            "float4" => "real",
            "float8" => "double precision",
            "timestamptz" => "timestamp with time zone",
            "timestamp" => "timestamp without time zone",
            "bool" => "boolean",
            _ => name,
        } + match.Groups["rest"].Value, size);
    }

    [GeneratedRegex(@"^(?<name>[^(\[]*)(?:\((?<size>[\d,]+)\))?(?<rest>.*)$")]
    private static partial Regex Shape();
}
