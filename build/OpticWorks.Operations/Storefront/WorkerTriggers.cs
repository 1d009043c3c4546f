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

    /// <summary>Refuses a host name that leads to another Worker: Cloudflare would give it to this one without a word.</summary>
    /// <exception cref="OperationException">One does (exit 4).</exception>
    public async Task RequireOursAsync(CloudflareApi api, CancellationToken cancellationToken)
    {
        foreach (var name in Domains ?? [])
        {
            if (await api.WorkerOfAsync(name, cancellationToken).ConfigureAwait(false) is { } other && other != api.Worker)
                throw OperationException.Preflight($"{name} leads to the Worker {other}", "detach it there, or take it out of storefront.domains", api.Worker);
        }
    }

    /// <summary>Brings them about, and reads them back. Host names are attached before others are detached.</summary>
    /// <returns>What was changed, for people.</returns>
    /// <exception cref="OperationException">Cloudflare refused, or shows something else than it was told.</exception>
    public async Task<string> ApplyAsync(CloudflareApi api, CloudflareLimits limits, CancellationToken cancellationToken)
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

        if (changes.Count == 0)
            return "unchanged";
        await ReadBackAsync(api, limits, cancellationToken).ConfigureAwait(false);
        return string.Join(", ", changes);
    }

    private async Task ReadBackAsync(CloudflareApi api, CloudflareLimits limits, CancellationToken cancellationToken)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var now = new WorkerTriggers(
                Domains is null ? null : [.. (await api.DomainsAsync(cancellationToken).ConfigureAwait(false)).Keys],
                Crons is null ? null : await api.CronsAsync(cancellationToken).ConfigureAwait(false));
            if (now.Is(this))
                return;
            if (clock.Elapsed > limits.ReadBack)
            {
                throw new OperationException($"Cloudflare took the host names and crons and does not show them within {limits.ReadBack.TotalSeconds:0.#} s", ExitCodes.Engine)
                { Where = api.Worker, Seen = $"host names {Shown(now.Domains)}; crons {Shown(now.Crons)}" };
            }

            await Task.Delay(limits.Pause, cancellationToken).ConfigureAwait(false);
        }

        static string Shown(IReadOnlyList<string>? items) => items switch { null => "not looked after", [] => "none", _ => string.Join(", ", items.Order(StringComparer.Ordinal)) };
    }

    /// <summary>Whether they are these, in any order.</summary>
    public bool Is(WorkerTriggers other) => Same(Domains, other.Domains) && Same(Crons, other.Crons);

    public string Write() => $"{Text(Domains)}|{Text(Crons)}";

    public static WorkerTriggers Read(string text) => text.Split('|') is [var domains, var crons] ? new(List(domains), List(crons)) : None;

    private static bool Same(IReadOnlyList<string>? one, IReadOnlyList<string>? other) =>
        one is null || other is null ? one is null && other is null : one.ToHashSet().SetEquals(other);

    private static string Text(IReadOnlyList<string>? items) => items is null ? "-" : string.Join(';', items);

    private static IReadOnlyList<string>? List(string text) => text == "-" ? null : text.Split(';', StringSplitOptions.RemoveEmptyEntries);
}
