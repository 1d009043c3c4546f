using OpticWorks.Operations.Canary.Safety;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Traffic;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Operations.Canary;

/// <summary>A person's word to a running canary.</summary>
/// <param name="What">promote, pause or abort.</param>
/// <param name="By">Who, for example "mara@laptop".</param>
public sealed record CanaryOrder(string What, string By, string Why);

/// <summary>HAProxy as a canary uses it: one conversation a look, one line a split.</summary>
/// <param name="control">The balancer's host, for what only looks.</param>
/// <param name="fenced">The same behind its fence.</param>
/// <param name="operation">Names the canary in what the dead-man holds and in orders.</param>
internal sealed class CanaryTraffic(IHost control, IHost fenced, BalancerSettings settings, string operation)
{
    /// <summary>Sets a split and reads it back.</summary>
    /// <exception cref="OperationException">HAProxy refused, or has another split.</exception>
    public async Task SetAsync(TrafficSplit split, CancellationToken cancellationToken)
    {
        var line = $"{split.Text(settings.Backend)}; {BalancerLook.Question(settings.Backend)}";
        var result = await fenced.RunAsync(BalancerCommands.Ask(settings.Socket, line), null, null, cancellationToken).ConfigureAwait(false);
        var answer = result.OrFail("HAProxy does not answer", next: "./build.sh Provision").Output;
        // Every command answers with an empty line; a text before HAProxy's own is a refusal.
        if (answer.TrimStart('\n').Split('\n')[0] is var first && !first.StartsWith("Name: ", StringComparison.Ordinal))
            throw new OperationException("HAProxy refused a split of the traffic", ExitCodes.Engine) { Where = control.Name, Seen = first };
        if (split.Differences(BalancerLook.Read(answer, settings.Backend)) is { Count: > 0 } differences)
            throw new OperationException("HAProxy did not make the split that was set", ExitCodes.Engine) { Where = control.Name, Seen = string.Join('\n', differences) };
    }

    /// <summary>HAProxy now, and the order that waits, which is taken by this.</summary>
    public async Task<(BalancerLook Look, CanaryOrder? Order)> LookAsync(CancellationToken cancellationToken)
    {
        var result = await control.RunAsync(
            DeadManCommands.Look(ControlFolder.Default, operation, settings.Socket, BalancerLook.Question(settings.Backend)), null, null, cancellationToken).ConfigureAwait(false);
        var output = result.OrFail("HAProxy does not answer").Output;
        var order = output.Split('\n').TakeWhile(line => line.StartsWith("order ", StringComparison.Ordinal)).Select(line => line[6..]).ToArray();
        return (BalancerLook.Read(output, settings.Backend), order.Length >= 3 ? new CanaryOrder(order[0], order[1], order[2]) : null);
    }
}
