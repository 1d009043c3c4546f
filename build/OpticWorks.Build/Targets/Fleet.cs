using OpticWorks.Operations;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Build.Targets;

/// <summary>An environment's hosts and what is kept of its operations.</summary>
internal sealed record Fleet(StoreEnvironment Environment, Func<HostSettings, IHost> Connect, FleetOperation Operation, ReleaseBook Book, BehindHosts Behind)
{
    /// <summary>What each instance ran before, by "host:port", out of a journal's header.</summary>
    public static IReadOnlyDictionary<string, string> Previous(IReadOnlyDictionary<string, string> parameters) =>
        parameters.Where(pair => pair.Key.Contains(':')).ToDictionary(pair => pair.Key, pair => pair.Value);

    /// <summary>Another operation may have left a host behind, or caught one up, while the lease was waited for.</summary>
    /// <exception cref="OperationException">Others are behind than when this was planned (exit 4).</exception>
    public async Task RequireStillBehindAsync(IReadOnlySet<string> behind, CancellationToken cancellationToken)
    {
        if (!(await Behind.ReadAsync(cancellationToken).ConfigureAwait(false)).Keys.ToHashSet().SetEquals(behind))
            throw OperationException.Preflight("Other hosts are behind than when this was planned", $"run the same command again; ./build.sh Releases --environment {Environment.Name}");
    }

    /// <summary>The releases that are on every backend host that counts.</summary>
    /// <param name="without">Hosts that do not count.</param>
    public async Task<IReadOnlySet<string>> StagedAsync(IReadOnlySet<string> without, CancellationToken cancellationToken)
    {
        var layout = new HostLayout(Environment.Releases.Directory);
        var lists = await Task.WhenAll(LeftOut.Without(Environment, without).Hosts.Select(async host =>
        {
            var result = await Connect(host).RunAsync(ReleaseCommands.List(layout), null, null, cancellationToken).ConfigureAwait(false);
            return result.OrFail($"The releases on {host.Name} cannot be listed").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        })).ConfigureAwait(false);
        return lists.Skip(1).Aggregate(lists[0].ToHashSet(), (common, list) =>
        {
            common.IntersectWith(list);
            return common;
        });
    }
}
