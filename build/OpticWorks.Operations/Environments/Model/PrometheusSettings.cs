namespace OpticWorks.Operations.Environments;

/// <summary>Prometheus as a canary's source, in place of HAProxy's ring. Every query yields counters by the label "server", HAProxy's name of an
/// instance ("api-1-9001").</summary>
public sealed record PrometheusSettings
{
    [Setting("Prometheus' address, as the machine that runs a canary reaches it", SettingFormat.Endpoint, Example = "http://10.0.1.30:9090")]
    public required Uri Url { get; init; }

    [Setting("query of all requests; without it HAProxy's own exporter", SettingFormat.SingleLine)]
    public string? Requests { get; init; }

    [Setting("query of failed requests; without it HAProxy's own exporter", SettingFormat.SingleLine)]
    public string? Errors { get; init; }

    [Setting("query of requests whose time is known, an application's histogram; without it response times are not judged", SettingFormat.SingleLine)]
    public string? Timed { get; init; }

    [Setting("query of those of them that are slower than the objective", SettingFormat.SingleLine)]
    public string? Slow { get; init; }
}
