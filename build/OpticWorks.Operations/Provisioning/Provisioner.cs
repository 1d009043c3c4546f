using System.Diagnostics;
using System.Globalization;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Provisioning;

/// <summary>
/// Prepares the hosts of an environment. One command asks a host for everything, the comparison is pure, and only what
/// differs is done; afterwards the same question must find nothing left. A second run changes nothing.
/// </summary>
/// <param name="connect">A host as its provision user: root, or a user that may do everything through sudo.</param>
/// <param name="secret">Resolves the passwords of servers that the environment has provisioned.</param>
/// <param name="nodeBinary">A local Node for the hosts' platform.</param>
/// <param name="nodeVersion">Its version, for example "22.21.1".</param>
/// <param name="publicKey">Lines of OpenSSH public keys that may log in as the deploy user.</param>
public sealed class Provisioner(
    StoreEnvironment environment,
    Func<HostSettings, IHost> connect,
    Func<SecretReference, string> secret,
    string nodeBinary,
    string nodeVersion,
    string publicKey,
    INarrator narrator)
{
    /// <summary>Hosts that are worked on at the same time.</summary>
    private const int Parallel = 8;

    private readonly IReadOnlyList<HostRoles> _roles = HostRoles.Of(environment);
    private IReadOnlyDictionary<string, IReadOnlyList<Resource>>? _resources;

    /// <summary>Compares; touches nothing.</summary>
    /// <exception cref="OperationException">Something that is not ours is where a resource belongs (exit 4), or the environment
    /// lacks what provisioning needs (exit 2).</exception>
    /// <exception cref="HostException">A host could not be spoken to.</exception>
    public async Task<ProvisionPlan> PlanAsync(CancellationToken cancellationToken)
    {
        var resources = await ResourcesAsync(cancellationToken).ConfigureAwait(false);
        var plans = new HostPlan[_roles.Count];
        await ForEachHostAsync(async (roles, index) =>
        {
            var plan = await PlanAsync(roles, connect(roles.Host), resources[roles.Host.Name], cancellationToken).ConfigureAwait(false);
            plans[index] = plan;
        }, cancellationToken).ConfigureAwait(false);
        return new ProvisionPlan(environment.Name, plans);
    }

    /// <summary>Makes the plan's changes, each host's in order, and proves that none is left.</summary>
    /// <exception cref="OperationException">A change failed: exit 4 when nothing had been changed on any host, else 6. What was
    /// changed stays, and the next run goes on from there.</exception>
    public async Task<ProvisionResult> ApplyAsync(ProvisionPlan plan, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var resources = await ResourcesAsync(cancellationToken).ConfigureAwait(false);
        var plans = plan.Hosts.ToDictionary(host => host.Host);
        var progress = _roles.Select(roles => new HostProgress(roles.Host.Name)).ToList();
        await ForEachHostAsync(async (roles, index) =>
        {
            try
            {
                if (plans.TryGetValue(roles.Host.Name, out var host) && host.Changes.Count > 0)
                    await ApplyAsync(roles, host, resources[roles.Host.Name], progress[index], cancellationToken).ConfigureAwait(false);
            }
            catch (OperationException failure)
            {
                // The other hosts do not depend on this one, and half-made changes help nobody: they go on to their end.
                progress[index].Failure = failure;
            }
            catch (OperationCanceledException) when (progress[index] is { Current: not null } or { Done.Count: > 0 })
            {
                progress[index].Failure = new OperationException("Interrupted", ExitCodes.FailedAndNotUndone) { Seen = "interrupted; a command that had begun may have acted" };
            }
        }, cancellationToken).ConfigureAwait(false);

        if (progress.Any(host => host.Failure is not null))
            throw ProvisionFailure.Of(environment.Name, progress);
        return new ProvisionResult(progress.Sum(host => host.Done.Count), clock.Elapsed);
    }

    private async Task ApplyAsync(
        HostRoles roles, HostPlan plan, IReadOnlyList<Resource> resources, HostProgress progress, CancellationToken cancellationToken)
    {
        var host = connect(roles.Host);
        foreach (var change in plan.Changes)
        {
            progress.Current = change;
            var clock = Stopwatch.StartNew();
            foreach (var action in change.Actions)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var input = action.Input?.Invoke();
                var result = await host.RunAsync(AsRoot(roles, action.Command), input, null, cancellationToken).ConfigureAwait(false);
                result.OrFail($"{change.Resource} could not be brought about");
            }

            progress.Done.Add(change);
            narrator.Say("provision", $"{plan.Host}: {change.Resource}: {change.Summary}");
            narrator.Detail("provision", string.Create(CultureInfo.InvariantCulture,
                $"{plan.Host}: {change.Resource} took {clock.Elapsed.TotalMilliseconds:0} ms"));
        }

        progress.Current = null;
        var left = await PlanAsync(roles, host, resources, cancellationToken).ConfigureAwait(false);
        if (left.Changes.Count == 0)
            return;
        throw new OperationException("Something still differs after all changes were made", ExitCodes.FailedAndNotUndone)
        {
            Where = plan.Host,
            Seen = string.Join('\n', left.Changes.Select(change => $"{change.Resource}: {change.Summary}")),
        };
    }

    private async Task<HostPlan> PlanAsync(
        HostRoles roles, IHost host, IReadOnlyList<Resource> resources, CancellationToken cancellationToken)
    {
        var result = await host.RunAsync(AsRoot(roles, HostProbe.Command(resources)), null, null, cancellationToken).ConfigureAwait(false);
        result.OrFail($"{roles.Host.Name} could not be asked for its state", ExitCodes.PreflightRefused, Rights(roles.Host));
        var plan = HostPlan.Of(resources, HostState.Parse(roles.Host.Name, result.Output));
        narrator.Detail("provision", string.Create(CultureInfo.InvariantCulture,
            $"{plan.Host}: {plan.Resources} resources, {plan.Changes.Count} differ, asked in {result.Duration.TotalMilliseconds:0} ms"));
        return plan;
    }

    private static string? Rights(HostSettings host) => host.ProvisionUser == "root"
        ? null
        : $"{host.ProvisionUser} needs the right to run everything through sudo without a password, or set provisionUser to root";

    private static ShellCommand AsRoot(HostRoles roles, ShellCommand command) =>
        roles.Host.ProvisionUser == "root" ? command : command.Sudo();

    private async Task<IReadOnlyDictionary<string, IReadOnlyList<Resource>>> ResourcesAsync(CancellationToken cancellationToken)
    {
        if (_resources is not null)
            return _resources;
        var keys = publicKey.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var node = _roles.Any(roles => roles.RunsBackend)
            ? new NodeProgram(nodeVersion.TrimStart('v'), await CompressedFile.ReadAsync(nodeBinary, cancellationToken).ConfigureAwait(false))
            : null;
        return _resources = _roles.ToDictionary(roles => roles.Host.Name, roles => HostResources.Of(environment, roles, node, keys, secret));
    }

    private Task ForEachHostAsync(Func<HostRoles, int, Task> work, CancellationToken cancellationToken) =>
        System.Threading.Tasks.Parallel.ForEachAsync(
            Enumerable.Range(0, _roles.Count),
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
            async (index, _) => await work(_roles[index], index).ConfigureAwait(false));
}
