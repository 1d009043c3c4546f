namespace OpticWorks.Operations.Environments;

public enum InconclusivePolicy
{
    Pause,
    Undo,
    Continue,
}

/// <summary>The canary policy.</summary>
public sealed record CanarySettings
{
    [Setting("shares of traffic in percent, ascending, ending at 100", Minimum = 1, Maximum = 100, MinimumItems = 1)]
    public IReadOnlyList<int> Steps { get; init; } = [10, 50, 100];

    [Setting("the least time of each step")]
    public TimeSpan Dwell { get; init; } = TimeSpan.FromMinutes(3);

    [Setting("objective: the greatest share of failed requests", Minimum = 0.0001, Maximum = 0.5)]
    public double ErrorRate { get; init; } = 0.01;

    [Setting("objective: the 95th percentile of the response time")]
    public TimeSpan P95 { get; init; } = TimeSpan.FromSeconds(2);

    [Setting("probability that a healthy release is undone", Minimum = 0.000001, Maximum = 0.5)]
    public double FalseAlarm { get; init; } = 0.01;

    [Setting("what happens when the evidence decides nothing in time")]
    public InconclusivePolicy Inconclusive { get; init; } = InconclusivePolicy.Pause;

    /// <summary>Null: HAProxy's ring of requests, which tells every one of them.</summary>
    [Setting("Prometheus as the source of counts; without it HAProxy's ring of requests")]
    public PrometheusSettings? Prometheus { get; init; }
}
