using System.Globalization;

namespace OpticWorks.Operations.Releases;

/// <summary>How many instances may be out of traffic at once.</summary>
public static class MaxUnavailable
{
    /// <param name="setting">"25%", rounded down, or a number.</param>
    /// <returns>At least 1; less than all of them when there are several.</returns>
    public static int Of(string setting, int instances)
    {
        var number = setting.EndsWith('%')
            ? instances * int.Parse(setting.AsSpan(0, setting.Length - 1), CultureInfo.InvariantCulture) / 100
            : int.Parse(setting, CultureInfo.InvariantCulture);
        return Math.Clamp(number, 1, Math.Max(1, instances - 1));
    }
}
