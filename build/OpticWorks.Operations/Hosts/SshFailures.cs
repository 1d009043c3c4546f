namespace OpticWorks.Operations.Hosts;

/// <summary>What the OpenSSH client meant when it ended with 255. Texts as of OpenSSH 9.2, with LogLevel=ERROR.</summary>
internal static class SshFailures
{
    private static readonly (string Text, HostFailure Failure)[] Known =
    [
        ("REMOTE HOST IDENTIFICATION HAS CHANGED", HostFailure.HostKeyChanged),
        ("host key is known for", HostFailure.HostKeyUnknown),
        ("Host key verification failed", HostFailure.HostKeyUnknown),
        ("Permission denied (", HostFailure.KeyRefused),
        ("Too many authentication failures", HostFailure.KeyRefused),
        ("Connection refused", HostFailure.Unreachable),
        ("timed out", HostFailure.Unreachable),
        ("No route to host", HostFailure.Unreachable),
        ("Network is unreachable", HostFailure.Unreachable),
        ("Could not resolve hostname", HostFailure.Unreachable),
        ("Connection reset by peer", HostFailure.Dropped),
        ("Connection closed by", HostFailure.Dropped),
        ("kex_exchange_identification", HostFailure.Unreachable),
        ("banner exchange", HostFailure.Unreachable),
        ("Broken pipe", HostFailure.Dropped),
        ("client_loop", HostFailure.Dropped),
        ("not responding", HostFailure.Dropped),
        ("mux_client", HostFailure.Dropped),
        ("Connection to ", HostFailure.Dropped),
    ];

    /// <summary>The failure; null: the client said nothing that is known here.</summary>
    /// <param name="error">What the client wrote. (Not what a command wrote: it has no say in this.)</param>
    public static HostFailure? Read(string error)
    {
        // kex_exchange_identification and banner lines also hold "Connection reset" or "closed": no command ran then.
        if (error.Contains("kex_exchange_identification") || error.Contains("banner exchange"))
            return HostFailure.Unreachable;
        foreach (var (text, failure) in Known)
        {
            if (error.Contains(text, StringComparison.Ordinal))
                return failure;
        }

        return null;
    }

    public static string Explain(HostFailure failure, string destination, string knownHosts, string error)
    {
        var last = error.Trim().Split('\n')[^1].Trim();
        return failure switch
        {
            HostFailure.HostKeyChanged =>
                $"{destination} shows another host key than {knownHosts} holds. Reinstalled, or somebody in between: compare the key on its console before changing the file.",
            HostFailure.HostKeyUnknown =>
                $"{destination} is not in {knownHosts}. Add its key after comparing it on the host's console (ssh-keyscan shows what it offers).",
            HostFailure.KeyRefused => $"{destination} does not accept our key: {last}",
            HostFailure.Unreachable => $"{destination} cannot be reached: {last}",
            _ => $"The connection to {destination} broke: {last}",
        };
    }
}
