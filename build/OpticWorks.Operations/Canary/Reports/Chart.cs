using System.Globalization;
using System.Text;

namespace OpticWorks.Operations.Canary.Reports;

/// <summary>Curves over the time of a canary, as SVG.</summary>
internal static class Chart
{
    private const double Width = 900, Height = 190, Left = 50, Bottom = 22, Top = 8;

    /// <param name="curves">Class, name and value of each; null: nothing to draw at that look.</param>
    /// <param name="limit">A dashed line; null: none.</param>
    public static void Append(
        StringBuilder page, string title, string unit, IReadOnlyList<CanaryView> views, IReadOnlyList<(string Class, string Name, Func<CanaryView, double?> Value)> curves, double? limit)
    {
        var points = curves.Select(curve => (curve.Class, curve.Name, Points: views.Select(view => (X: view.Since.TotalSeconds, Y: curve.Value(view))).ToArray())).ToArray();
        var values = points.SelectMany(curve => curve.Points).Select(point => point.Y).OfType<double>().Concat(limit is { } line ? [line] : []).ToArray();
        if (values.Length == 0)
            return;
        var (low, high) = (Math.Min(0, values.Min()), Math.Max(values.Max(), values.Min() + 1e-3));
        var last = Math.Max(1, views[^1].Since.TotalSeconds);
        page.Append(CultureInfo.InvariantCulture, $"<h2>{title}</h2>\n<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{title}\">\n");
        for (var i = 0; i <= 4; i++)
        {
            var value = low + ((high - low) * i / 4);
            page.Append(CultureInfo.InvariantCulture,
                $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width}\" y1=\"{Y(value):0.#}\" y2=\"{Y(value):0.#}\"/><text x=\"{Left - 6}\" y=\"{Y(value) + 4:0.#}\" text-anchor=\"end\">{value:0.##}{unit}</text>\n");
        }

        foreach (var step in views.GroupBy(view => view.Step).Select(group => group.First()))
            page.Append(CultureInfo.InvariantCulture, $"<line class=\"axis\" x1=\"{X(step.Since.TotalSeconds):0.#}\" x2=\"{X(step.Since.TotalSeconds):0.#}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/><text x=\"{X(step.Since.TotalSeconds) + 3:0.#}\" y=\"{Height - 6}\">{step.Percent} % at {step.Since.TotalSeconds:0} s</text>\n");
        if (limit is { } at)
            page.Append(CultureInfo.InvariantCulture, $"<line class=\"limit\" x1=\"{Left}\" x2=\"{Width}\" y1=\"{Y(at):0.#}\" y2=\"{Y(at):0.#}\"/>\n");
        foreach (var curve in points)
            page.Append(CultureInfo.InvariantCulture, $"<path class=\"{curve.Class}\" d=\"{Path(curve.Points)}\"/>\n");
        page.Append("</svg>\n<p>").AppendJoin(" ", points.Select(curve => $"<span class=\"key-{curve.Class}\">— {curve.Name}</span>")).Append("</p>\n");

        string Path((double X, double? Y)[] curve)
        {
            var path = new StringBuilder();
            var open = false;
            foreach (var (x, y) in curve)
            {
                if (y is { } value)
                    path.Append(CultureInfo.InvariantCulture, $"{(open ? 'L' : 'M')}{X(x):0.#} {Y(value):0.#}");
                open = y is not null;
            }

            return path.ToString();
        }

        double X(double seconds) => Left + ((Width - Left) * seconds / last);

        double Y(double value) => Height - Bottom - ((Height - Bottom - Top) * (value - low) / (high - low));
    }
}
