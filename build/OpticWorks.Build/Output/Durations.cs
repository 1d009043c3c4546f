using System.Globalization;

namespace OpticWorks.Build.Output;

/// <summary>Durations as people read them: 0.4 s, 28 s, 2 min 05 s.</summary>
internal static class Durations
{
    public static string Text(TimeSpan duration) => duration.TotalSeconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.0} s"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalMinutes} min {duration.Seconds:00} s"),
    };
}
