using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Traffic;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Operations.Releases;

/// <summary>The steps about hosts that a deployment cannot reach, and those that one before it could not.</summary>
/// <param name="control">The balancer's host, behind its fence.</param>
internal sealed class BehindSteps(BalancerSettings settings, IHost control, LeftOut leftOut)
{
    /// <summary>A host that cannot be reached gets no traffic until a deployment has caught it up.</summary>
    public Step LeaveOut(BackendHost host, ReleaseId release)
    {
        var balancer = new Balancer(control, settings.Backend, settings.Socket);
        var servers = host.Instances.Select(port => Balancer.ServerName(host.Name, port)).ToArray();
        var behind = leftOut.Behind.Contains(host.Name);
        return new Step("leave out", host.Name)
        {
            Do = async token =>
            {
                foreach (var server in servers)
                    await balancer.MaintainAsync(server, token).ConfigureAwait(false);
                await BehindHosts.MarkAsync(control, host.Name, release, token).ConfigureAwait(false);
                return $"out of traffic until a deployment reaches it";
            },
            Undo = behind ? null : async token =>
            {
                await BehindHosts.UnmarkAsync(control, host.Name, token).ConfigureAwait(false);
                foreach (var server in servers)
                    await balancer.ReturnAsync(server, token).ConfigureAwait(false);
            },
            NoUndo = behind ? "it was left out before" : null,
            UndoText = "back to the health checks",
        };
    }

    public Step CatchUp(BackendHost host, ReleaseId release) => new("caught up", host.Name)
    {
        Do = async token =>
        {
            await BehindHosts.UnmarkAsync(control, host.Name, token).ConfigureAwait(false);
            return $"it was behind and runs {release} now";
        },
        Undo = token => BehindHosts.MarkAsync(control, host.Name, release, token),
        UndoText = "behind again",
    };
}
