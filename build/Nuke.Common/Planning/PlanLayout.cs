using Nuke.Common.Execution;

namespace Nuke.Common.Planning;

/// <summary>
/// Places targets from left to right: each one column behind the last of those it comes after, and within a column near the middle
/// of them, so that lines are short.
/// </summary>
internal sealed class PlanLayout
{
    private const int LetterWidth = 8;
    private const int BoxPadding = 24;
    private const int BoxHeight = 32;
    private const int ColumnGap = 72;
    private const int RowHeight = 52;
    private const int Margin = 16;

    private readonly Dictionary<ExecutableTarget, int> _columns = [];
    private readonly Dictionary<ExecutableTarget, Box> _boxes = [];

    public PlanLayout(IReadOnlyCollection<ExecutableTarget> targets)
    {
        var x = Margin;
        foreach (var column in targets.GroupBy(ColumnOf).OrderBy(column => column.Key))
        {
            var width = (column.Max(target => target.Name.Length) * LetterWidth) + BoxPadding;
            var row = 0;
            foreach (var target in column.OrderBy(MiddleOfDependencies))
                _boxes[target] = new Box(x, Margin + (row++ * RowHeight), (target.Name.Length * LetterWidth) + BoxPadding, BoxHeight);
            x += width + ColumnGap;
        }
    }

    public int Width => _boxes.Values.Select(box => box.X + box.Width).DefaultIfEmpty().Max() + Margin;

    public int Height => _boxes.Values.Select(box => box.Y + box.Height).DefaultIfEmpty().Max() + Margin;

    public Box this[ExecutableTarget target] => _boxes[target];

    private int ColumnOf(ExecutableTarget target)
    {
        if (!_columns.TryGetValue(target, out var column))
            _columns[target] = column = target.AllDependencies.Select(dependency => ColumnOf(dependency) + 1).DefaultIfEmpty().Max();
        return column;
    }

    private double MiddleOfDependencies(ExecutableTarget target) =>
        target.AllDependencies.Where(_boxes.ContainsKey).Select(dependency => (double)_boxes[dependency].Y).DefaultIfEmpty().Average();

    internal sealed record Box(int X, int Y, int Width, int Height)
    {
        public int Middle => Y + (Height / 2);

        public int Right => X + Width;
    }
}
