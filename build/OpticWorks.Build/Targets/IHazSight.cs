using OpticWorks.Operations;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Build.Targets;

/// <summary>What targets need that show what hosts say: to know the environment's secrets, so that they are not shown.</summary>
internal interface IHazSight : IHazEnvironment
{
    /// <summary>Learns every secret that can be had. One that cannot be had only warns: who looks why the store is down must not
    /// need the vault for it.</summary>
    async Task HideSecretsAsync(StoreEnvironment environment, CancellationToken cancellationToken)
    {
        try
        {
            await SecretsAsync(environment, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationException e)
        {
            var names = e.Seen?.Split('\n').Select(line => line.Split("  ")[0]) ?? [];
            Narrator.Warn("secrets", $"cannot be hidden, because they are not known here: {string.Join(", ", names)}");
        }
    }
}
