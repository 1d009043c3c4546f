using System.Diagnostics;
using Nuke.Common.Execution;

namespace OpticWorks.Build.Output;

/// <summary>The time of each step of a long target, the targets that ran before it included.</summary>
internal sealed class StepReport(IReadOnlyCollection<ExecutableTarget> plan)
{
    private readonly List<(string Name, TimeSpan Duration)> _steps = [];

    public IEnumerable<object> Rows => All.Select(step => new { step.Name, DurationMs = (long)step.Duration.TotalMilliseconds });

    private IEnumerable<(string Name, TimeSpan Duration)> All =>
        plan.Where(target => target.Status == ExecutionStatus.Succeeded).Select(target => (target.Name, target.Duration)).Concat(_steps);

    public async Task TimeAsync(string name, Func<Task> work)
    {
        var clock = Stopwatch.StartNew();
        await work().ConfigureAwait(false);
        _steps.Add((name, clock.Elapsed));
    }

    public async Task<T> TimeAsync<T>(string name, Func<Task<T>> work)
    {
        var clock = Stopwatch.StartNew();
        var result = await work().ConfigureAwait(false);
        _steps.Add((name, clock.Elapsed));
        return result;
    }

    public void Write(TextWriter writer)
    {
        writer.WriteLine();
        foreach (var (name, duration) in All)
            writer.WriteLine($"  {name,-30}{Durations.Text(duration),12}");
        writer.WriteLine($"  {"in all",-30}{Durations.Text(All.Aggregate(TimeSpan.Zero, (sum, step) => sum + step.Duration)),12}");
        writer.WriteLine();
    }
}
