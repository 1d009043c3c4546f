using OpticWorks.Operations.Canary.Safety;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Operations.Canary;

/// <summary>Orders to the canary that runs, from any machine. They are written on the control host; the canary takes one at its next look.</summary>
public static class CanaryOrders
{
    /// <summary>End this step's wait and go on to the next share. An alarm still ends the canary.</summary>
    public const string Promote = "promote";

    /// <summary>Stay at this share, watched, until told otherwise.</summary>
    public const string Pause = "pause";

    /// <summary>Take everything back. The release is not called bad.</summary>
    public const string Abort = "abort";

    /// <returns>The release whose canary it is.</returns>
    /// <exception cref="OperationException">No canary is running, or it is past its commit point (exit 4).</exception>
    public static async Task<string> GiveAsync(IHost control, string environment, string order, string by, string reason, CancellationToken cancellationToken)
    {
        var result = await control.RunAsync(DeadManCommands.Order(ControlFolder.Default, order, by, reason), null, null, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode == HostScript.Lost)
        {
            throw OperationException.Preflight($"No canary is running on {environment}, or it is past its commit point",
                $"./build.sh Releases --environment {environment}", control.Name);
        }

        return result.OrFail("The order could not be given").Output.Trim();
    }
}
