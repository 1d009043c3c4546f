using System.Text.Json;

namespace OpticWorks.Operations.Storefront.Bundles;

/// <summary>What a bundle was compiled for, in <c>opticworks.json</c> at its top; written when it is built.</summary>
/// <param name="Environment">The environment's name.</param>
/// <param name="Variables">What was compiled in; public by nature.</param>
public sealed record BundleStamp(string Environment, IReadOnlyDictionary<string, string> Variables)
{
    public const string FileName = "opticworks.json";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public string Write() => JsonSerializer.Serialize(this with { Variables = new SortedDictionary<string, string>(Variables.ToDictionary(), StringComparer.Ordinal) }, Format) + "\n";

    /// <summary>Null: the text is none.</summary>
    public static BundleStamp? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<BundleStamp>(text, Format) is { Environment: not null, Variables: not null } stamp ? stamp : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>In what it differs from what an environment is today; nothing: it was built for it.</summary>
    public IEnumerable<string> Differences(BundleStamp wanted)
    {
        if (Environment != wanted.Environment)
            yield return $"it was built for {Environment}";
        foreach (var name in Variables.Keys.Union(wanted.Variables.Keys).Order(StringComparer.Ordinal))
        {
            var (then, now) = (Variables.GetValueOrDefault(name), wanted.Variables.GetValueOrDefault(name));
            if (then != now)
                yield return $"{name} was {Show(then)} when it was built and is {Show(now)}";
        }

        static string Show(string? value) => value is null ? "not set" : $"\"{value}\"";
    }
}
