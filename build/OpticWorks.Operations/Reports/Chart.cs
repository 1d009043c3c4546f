using System.Globalization;
using System.Net;
using System.Text;

namespace OpticWorks.Operations.Reports;

/// <summary>A curve of a chart.</summary>
/// <param name="Class">Its style: one of those that <see cref="ReportPage"/> knows, for example "canary".</param>
/// <param name="Name">As the key names it.</param>
/// <param name="Points">X in seconds, ascending, and the value; null: there is none, and the curve is interrupted.</param>
public sealed record Curve(string Class, string Name, IReadOnlyList<(double X, double? Y)> Points);

/// <summary>A moment that a chart shows as a vertical line.</summary>
/// <param name="X">Seconds.</param>
public sealed record ChartMark(double X, string Text);

/// <summary>Curves over time as one inline SVG. Text keeps its size on narrow screens (<see cref="ReportPage"/> sets it by the page's width).</summary>
/// <param name="Title">Heading of the chart.</param>
/// <param name="Unit">Follows every number of the scale.</param>
/// <param name="Until">The right end, seconds.</param>
public sealed record Chart(string Title, string Unit, double Until)
{
    private const double Width = 720, Height = 190, Left = 90, Right = 8, Bottom = 30, Top = 22, Margin = 40;

    /// <summary>The left end, seconds.</summary>
    public double From { get; init; }

    public IReadOnlyList<Curve> Curves { get; init; } = [];

    public IReadOnlyList<ChartMark> Marks { get; init; } = [];

    /// <summary>A dashed line; null: none.</summary>
    public double? Limit { get; init; }

    /// <summary>The scale reaches at least so far, so that nothing looks like something.</summary>
    public double Least { get; init; } = 1;

    /// <summary>Writes heading, drawing and key; nothing where no curve has a value.</summary>
    public void Append(StringBuilder page)
    {
        var values = Curves.SelectMany(curve => curve.Points).Select(point => point.Y).OfType<double>().Concat(Limit is { } line ? [line] : []).ToArray();
        if (values.Length == 0)
            return;
        var (low, high) = (Math.Min(0, values.Min()), Math.Max(values.Max(), Math.Min(0, values.Min()) + Least));
        var (first, last) = (From, Math.Max(From + 1, Until));
        var title = WebUtility.HtmlEncode(Title);
        Write($"<h3>{title}</h3>\n<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{title}\">\n");
        for (var i = 0; i <= 4; i++)
        {
            var value = low + ((high - low) * i / 4);
            Write($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(value):0.#}\" y2=\"{Y(value):0.#}\"/>");
            if (i % 2 == 0)
                Write($"<text x=\"{Left - 6}\" y=\"{Y(value) + 4:0.#}\" text-anchor=\"end\">{WebUtility.HtmlEncode(Number(value) + Unit)}</text>");
            page.Append('\n');
        }

        foreach (var (mark, text) in Marks)
            Write($"<line class=\"axis\" x1=\"{X(mark):0.#}\" x2=\"{X(mark):0.#}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/><text x=\"{X(mark) + 3:0.#}\" y=\"{Top - 5}\">{WebUtility.HtmlEncode(text)}</text>\n");
        foreach (var tick in Ticks(first, last))
            Write($"<text x=\"{X(tick):0.#}\" y=\"{Height - 6}\" text-anchor=\"{(X(tick) > Width - Margin ? "end" : "middle")}\">{Time(tick)}</text>\n");
        if (Limit is { } at)
            Write($"<line class=\"limit\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(at):0.#}\" y2=\"{Y(at):0.#}\"/>\n");
        foreach (var curve in Curves)
            Write($"<path class=\"{curve.Class}\" d=\"{Path(curve.Points)}\"/>\n");
        page.Append("</svg>\n<p class=\"key\">").AppendJoin(" ", Curves.Select(curve => $"<span class=\"key-{curve.Class}\">— {WebUtility.HtmlEncode(curve.Name)}</span>")).Append("</p>\n");

        void Write(FormattableString text) => page.Append(text.ToString(CultureInfo.InvariantCulture));

        string Path(IReadOnlyList<(double X, double? Y)> points)
        {
            var path = new StringBuilder();
            var open = false;
            foreach (var (x, y) in points)
            {
                if (y is { } value)
                    path.Append(CultureInfo.InvariantCulture, $"{(open ? 'L' : 'M')}{X(x):0.#} {Y(value):0.#}");
                open = y is not null;
            }

            return path.ToString();
        }

        double X(double seconds) => Left + ((Width - Left - Right) * (seconds - first) / (last - first));

        double Y(double value) => Height - Bottom - ((Height - Bottom - Top) * (value - low) / (high - low));
    }

    /// <summary>Three to six round moments between the ends.</summary>
    internal static IEnumerable<double> Ticks(double first, double last)
    {
        double[] steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600];
        var step = steps.FirstOrDefault(step => (last - first) / step <= 6, 3600 * Math.Ceiling((last - first) / 3600 / 6));
        for (var tick = Math.Ceiling(first / step) * step; tick <= last; tick += step)
            yield return tick;
    }

    /// <summary>Minutes and seconds, 0:00.</summary>
    internal static string Time(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{(int)seconds / 60}:{(int)seconds % 60:00}");

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 10 ? "0" : "0.##", CultureInfo.InvariantCulture);
}
