using System.Globalization;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Operations.Database.Migrations;

/// <summary>The commands of migrating on a backend host, as data.</summary>
public static class MigrationCommands
{
    /// <summary>Runs a script from standard input on the release's Node, in the release and with its configuration.</summary>
    public static ShellCommand Script(HostLayout layout, ReleaseId release, params IReadOnlyList<string> arguments) =>
        ReleaseCommands.InRelease(layout, release, [HostLayout.Node, "-", .. arguments]);

    /// <summary>
    /// Runs Medusa's command line in a release for as long as somebody is there who waits for it: standard input is the line to the one
    /// who started it, and when it ends (he was killed, or his connection was), Medusa is ended. Medusa itself gets an empty input, so a
    /// question is answered by the end of it.
    /// </summary>
    /// <param name="grace">Seconds between SIGTERM and SIGKILL.</param>
    public static ShellCommand Medusa(HostLayout layout, ReleaseId release, MedusaLimits limits, int grace, params IReadOnlyList<string> arguments) => ShellCommand.Script(
        $$"""
        {{ReleaseCommands.Yield}}
        cd -- "$1"; {{ReleaseCommands.Configured}}
        export NODE_ENV=production PGOPTIONS="$2"
        grace=$3; shift 3
        exec 3<&0
        set -m
        "$@" < /dev/null 3<&- &
        medusa=$!
        end() { kill -TERM -- "-$medusa" 2>/dev/null || return 0; for ((i = 0; i < grace * 10; i++)); do kill -0 -- "-$medusa" 2>/dev/null || return 0; sleep 0.1; done; kill -KILL -- "-$medusa" 2>/dev/null || true; }
        trap 'end; exit 143' TERM INT HUP
        (trap - TERM INT HUP; cat <&3 > /dev/null; end) &
        line=$!
        exec 3<&-
        code=0; wait "$medusa" || code=$?
        kill -KILL -- "-$line" 2>/dev/null || true
        exit "$code"
        """,
        [layout.Release(release), limits.Options, grace.ToString(CultureInfo.InvariantCulture), HostLayout.Node, ReleaseCommands.MedusaProgram, .. arguments]);
}

/// <summary>What a migration may make others wait for. libpq's and node-postgres' PGOPTIONS carry it to every session of Medusa, whose code knows nothing of it.</summary>
/// <param name="Lock">The longest wait for one lock, during which whoever comes later waits too.</param>
/// <param name="Statement">The longest statement.</param>
/// <param name="Application">The application_name of the sessions; no spaces.</param>
public sealed record MedusaLimits(TimeSpan Lock, TimeSpan Statement, string Application)
{
    /// <summary>What every application_name of a Medusa that migrates begins with.</summary>
    public const string ApplicationPrefix = "opticworks-medusa-";

    /// <summary>A server that looks whether its client is still there ends the statements of one that was killed.</summary>
    public string Options => string.Create(CultureInfo.InvariantCulture,
        $"-c lock_timeout={Lock.TotalMilliseconds:0} -c statement_timeout={Statement.TotalMilliseconds:0} -c client_connection_check_interval=1000 -c application_name={Application}");
}
