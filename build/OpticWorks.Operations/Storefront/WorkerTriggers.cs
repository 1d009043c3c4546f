using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Storefront.Cloudflare;

namespace OpticWorks.Operations.Storefront;

/// <summary>What leads to a Worker: host names and cron triggers. They belong to the Worker, not to a version of it.</summary>
/// <param name="Domains">Null: they are not looked after.</param>
/// <param name="Crons">Null: they are not looked after.</param>
public sealed record WorkerTriggers(IReadOnlyList<string>? Domains, IReadOnlyList<string>? Crons)
{
    public static WorkerTriggers None { get; } = new(null, null);

    public bool Any => Domains is not null || Crons is not null;

    public static WorkerTriggers Wanted(StorefrontSettings settings) => new(settings.Domains, settings.Crons);

    /// <summary>What there is now of what the environment looks after.</summary>
    public static async Task<WorkerTriggers> BeforeAsync(CloudflareApi api, StorefrontSettings settings, CancellationToken cancellationToken) => new(
        settings.Domains is null ? null : [.. (await api.DomainsAsync(cancellationToken).ConfigureAwait(false)).Keys.Order(StringComparer.Ordinal)],
        settings.Crons is null ? null : await api.CronsAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>Brings them about. Host names are attached before others are detached.</summary>
    /// <returns>What was changed, for people.</returns>
    public async Task<string> ApplyAsync(CloudflareApi api, CancellationToken cancellationToken)
    {
        var changes = new List<string>();
        if (Domains is not null)
        {
            var there = await api.DomainsAsync(cancellationToken).ConfigureAwait(false);
            foreach (var missing in Domains.Except(there.Keys))
            {
                await api.AttachAsync(missing, cancellationToken).ConfigureAwait(false);
                changes.Add($"+ {missing}");
            }

            foreach (var (name, id) in there.Where(pair => !Domains.Contains(pair.Key)))
            {
                await api.DetachAsync(id, cancellationToken).ConfigureAwait(false);
                changes.Add($"- {name}");
            }
        }

        if (Crons is not null && !(await api.CronsAsync(cancellationToken).ConfigureAwait(false)).ToHashSet().SetEquals(Crons))
        {
            await api.SetCronsAsync(Crons, cancellationToken).ConfigureAwait(false);
            changes.Add(Crons.Count == 0 ? "no crons" : $"crons {string.Join("; ", Crons)}");
        }

        return changes.Count == 0 ? "unchanged" : string.Join(", ", changes);
    }

    public string Write() => $"{Text(Domains)}|{Text(Crons)}";

    public static WorkerTriggers Read(string text) => text.Split('|') is [var domains, var crons] ? new(List(domains), List(crons)) : None;

    private static string Text(IReadOnlyList<string>? items) => items is null ? "-" : string.Join(';', items);

    private static IReadOnlyList<string>? List(string text) => text == "-" ? null : text.Split(';', StringSplitOptions.RemoveEmptyEntries);
}
