using System.Globalization;

namespace OpticWorks.Operations.Canary.Rollout;

/// <summary>A rollout as people read it in a plan.</summary>
public static class RolloutText
{
    public static IReadOnlyList<string> Lines(RolloutPlan plan) =>
    [
        .. plan.Steps.Select(step => string.Create(CultureInfo.InvariantCulture,
            $"{step.Percent,3} %   {step.Canaries.Count} of {step.Canaries.Count + step.Stable.Count + (step.Stable.Count == 0 ? plan.Reserve.Count : 0)} instances on the new release{Join(step)}; each carries {100.0 * step.Percent / 100 / step.Canaries.Count:0.#} %")),
        $"after the last dwell: {string.Join(", ", plan.Reserve)} (kept ready on the old release until then)",
    ];

    private static string Join(RolloutStep step) => step.Join.Count == 0 ? ""
        : ": " + string.Join(", ", step.Join.Select(join => join.Share > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{join.Instance} joins at {100 * join.Share:0} %")
            : $"{join.Instance} joins"));
}
