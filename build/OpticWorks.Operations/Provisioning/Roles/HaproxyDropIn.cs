namespace OpticWorks.Operations.Provisioning;

/// <summary>
/// Makes HAProxy's unit keep weights and drains over a reload and over an orderly stop. Without it a reload gives every
/// server its configured weight back, in the middle of a canary too.
/// </summary>
internal static class HaproxyDropIn
{
    /// <remarks>
    /// A state that cannot be saved stops the reload. A saved state is only good for the next start: an older one could hold a
    /// drain that has long been over. So it is thrown away after each start and after a crash, when the configured weights
    /// and the health checks decide.
    /// </remarks>
    public static string Text(string socket)
    {
        const string state = HaproxyConfiguration.StateFile;
        var save = $"test ! -S {socket} || {{ mkdir -p /run/{HaproxyConfiguration.StateFolder} "
            + $"&& echo \"show servers state\" | socat -t 5 - UNIX-CONNECT:{socket} >{state}.new "
            + $"&& test -s {state}.new && mv -f {state}.new {state}; }}";
        return $"""
            # Written by Provision of OpticWorks.
            [Service]
            ExecStartPost=-/bin/rm -f {state}
            ExecReload=
            ExecReload=/usr/sbin/haproxy -Ws -f $CONFIG -c -q $EXTRAOPTS
            ExecReload=/bin/sh -c '{save}'
            ExecReload=/bin/kill -USR2 $MAINPID
            ExecStop=-/bin/sh -c '{save}'
            ExecStopPost=-/bin/sh -c 'test "$SERVICE_RESULT" = success || rm -f {state}'

            """;
    }
}
