namespace OpticWorks.Operations.Provisioning;

/// <summary>How far one host got.</summary>
internal sealed class HostProgress(string host)
{
    public string Host { get; } = host;

    public List<Change> Done { get; } = [];

    /// <summary>The change that was being made.</summary>
    public Change? Current { get; set; }

    public Exception? Failure { get; set; }
}

/// <summary>The one error of a provisioning in which hosts failed.</summary>
internal static class ProvisionFailure
{
    public static OperationException Of(string environment, IReadOnlyList<HostProgress> hosts)
    {
        var failed = hosts.Where(host => host.Failure is not null).ToList();
        var made = hosts.Where(host => host.Done.Count > 0).ToList();
        var what = failed.Count == 1 ? What(failed[0]) : $"{failed.Count} hosts could not be provisioned";
        var nothing = made.Count == 0 && failed.All(host => host.Failure is not OperationException { ExitCode: ExitCodes.FailedAndNotUndone });
        return new OperationException(what, nothing ? ExitCodes.PreflightRefused : ExitCodes.FailedAndNotUndone, failed[0].Failure)
        {
            Where = string.Join(", ", failed.Select(host => host.Host)),
            Seen = string.Join('\n', failed.Select(host => failed.Count == 1 ? Seen(host) : $"{What(host)}: {Seen(host)}")),
            Undone = made.Count == 0
                ? null
                : "what was changed stays, and is right by itself:\n"
                    + string.Join('\n', made.Select(host => $"{host.Host}: {string.Join(", ", host.Done.Select(change => change.Resource))}")),
            Next = $"./build.sh Provision --environment {environment}     it goes on with what is left",
        };
    }

    private static string What(HostProgress host) =>
        host.Current is { } change ? $"{host.Host}: {change.Resource} failed" : $"{host.Host}: {host.Failure!.Message}";

    private static string Seen(HostProgress host) => host.Failure switch
    {
        OperationException failure => failure.Seen ?? failure.Message,
        _ => "",
    };
}
