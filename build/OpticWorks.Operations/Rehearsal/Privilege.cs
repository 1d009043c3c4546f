using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Rehearsal;

/// <summary>Runs fixed shell scripts as root: directly, or through <c>sudo -n</c> for a user who may.</summary>
internal sealed class Privilege
{
    private readonly bool _root;

    private Privilege(bool root) => _root = root;

    /// <summary>The right to be root, or an error that says how to get it (exit 2).</summary>
    public static async Task<Privilege> RequireAsync(CancellationToken cancellationToken)
    {
        if (Environment.IsPrivilegedProcess)
            return new Privilege(root: true);
        if (ProgramSearch.OfThisMachine().Has("sudo"))
        {
            var answer = await LocalProcess.RunAsync(new LocalCommand("sudo", "-n", "true"), cancellationToken: cancellationToken)
                .ConfigureAwait(false);
            if (answer.Succeeded)
                return new Privilege(root: false);
        }

        throw OperationException.Configuration(
            "The local environment starts machines and needs root, or sudo without a password.",
            next: "run it as root, or let this user run `sudo -n true`");
    }

    /// <summary>A fixed script with its values as $1, $2, …; no value is ever read as shell text.</summary>
    public LocalCommand Script(string script, params IReadOnlyList<string> values)
    {
        string[] words = ["-ceu", script, "opticworks", .. values];
        return _root ? new LocalCommand("/bin/sh", words) : new LocalCommand("sudo", ["-n", "/bin/sh", .. words]);
    }

    /// <summary>Runs a fixed script to its end.</summary>
    /// <param name="what">What it does, for the error, for example "removing machines".</param>
    /// <exception cref="OperationException">It exceeded its limit (6). Its exit code is the caller's to judge.</exception>
    public async Task<ProcessResult> RunAsync(
        string what, string script, IReadOnlyList<string> values, TimeSpan limit, Action<string>? onLine = null,
        CancellationToken cancellationToken = default)
    {
        try
        {
            return await LocalProcess.RunAsync(Script(script, values) with { Limit = limit }, onLine, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException e) when (e.ExitCode == ExitCodes.Engine)
        {
            // The error of a local process names its command, which here is a whole script.
            throw new OperationException($"{what} did not end within {limit.TotalSeconds:0} s", ExitCodes.FailedAndNotUndone, e)
            { Seen = e.Seen, Next = "run the command again; it begins by clearing away what is half-made" };
        }
    }
}
