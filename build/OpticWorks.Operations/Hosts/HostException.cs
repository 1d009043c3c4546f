namespace OpticWorks.Operations.Hosts;

/// <summary>Why a host could not be spoken to.</summary>
public enum HostFailure
{
    /// <summary>No answer, a closed port or an unknown name.</summary>
    Unreachable,

    /// <summary>The host's key is not the one in known_hosts.</summary>
    HostKeyChanged,

    /// <summary>The host is not in known_hosts.</summary>
    HostKeyUnknown,

    /// <summary>The host does not accept our key.</summary>
    KeyRefused,

    /// <summary>The connection broke while the command ran; whether it finished is unknown.</summary>
    Dropped,
}

/// <summary>
/// A host could not be spoken to. A key that is missing on either side is configuration (exit 2); a host that does not answer, or shows
/// another key, is refused before anything is done there (exit 4); of a broken connection the code says nothing (255), because
/// only the operation knows what the command was for.
/// </summary>
public sealed class HostException : OperationException
{
    public HostException(HostFailure failure, string host, string message)
        : base(message, CodeOf(failure))
    {
        Failure = failure;
        Host = host;
        Where = host;
        Next = NextOf(failure, host);
    }

    public HostFailure Failure { get; }

    public string Host { get; }

    private static int CodeOf(HostFailure failure) => failure switch
    {
        HostFailure.HostKeyUnknown or HostFailure.KeyRefused => ExitCodes.Configuration,
        HostFailure.HostKeyChanged or HostFailure.Unreachable => ExitCodes.PreflightRefused,
        _ => ExitCodes.Engine,
    };

    private static string NextOf(HostFailure failure, string host) => failure switch
    {
        HostFailure.HostKeyChanged => $"compare {host}'s key on its console, then replace its line in known_hosts",
        HostFailure.HostKeyUnknown => $"add {host}'s key to known_hosts after comparing it on its console",
        HostFailure.KeyRefused => $"put our public key on {host}: ./build.sh Provision, or --deploy-key",
        HostFailure.Unreachable => $"look whether {host} is up and its port is open",
        _ => "run the same command again",
    };
}
