using System.Globalization;

namespace OpticWorks.Operations.Environments;

/// <summary>Durations as people write them: a number and one unit, <c>500ms</c>, <c>15s</c>, <c>3m</c>, <c>26h</c>, <c>2d</c>.</summary>
public static class Duration
{
    private static readonly (string Unit, double Milliseconds)[] Units =
        [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    /// <summary>False for anything but a non-negative number of at most 999999.999 with one unit.</summary>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text is null)
            return false;
        foreach (var (unit, milliseconds) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal))
                continue;
            var number = text[..^unit.Length];
            if (number.Length is 0 or > 10 || !char.IsAsciiDigit(number[0]) || !char.IsAsciiDigit(number[^1])
                || !double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
                || count >= 1_000_000)
            {
                continue;
            }

            duration = TimeSpan.FromMilliseconds(count * milliseconds);
            return true;
        }

        return false;
    }

    /// <summary>The shortest text that <see cref="TryParse"/> reads back: the largest unit that gives a whole number.</summary>
    public static string Format(TimeSpan duration)
    {
        var total = duration.TotalMilliseconds;
        var (unit, milliseconds) = Units.Last(candidate => candidate.Unit == "ms" || (total > 0 && total % candidate.Milliseconds == 0
            // A day is written in hours up to two days: "26h" and "24h" read better beside each other than "1d".
            && (candidate.Unit != "d" || total >= 2 * candidate.Milliseconds)));
        return (total / milliseconds).ToString("0.###", CultureInfo.InvariantCulture) + unit;
    }
}
