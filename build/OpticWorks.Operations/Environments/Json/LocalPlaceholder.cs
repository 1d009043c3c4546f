using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpticWorks.Operations.Environments;

/// <summary><c>${local:KEY}</c> in a text of an environment file: what differs from checkout to checkout (addresses and ports of
/// its own rehearsal machines) and is known once they are up.</summary>
internal static class LocalPlaceholder
{
    /// <summary>Finds one anywhere in a text; also what the schema lets pass.</summary>
    public const string Pattern = @"\$\{local:[A-Za-z0-9][A-Za-z0-9-]*\}";

    private static readonly Regex Placeholder = new(@"\$\{local:(?<key>[A-Za-z0-9][A-Za-z0-9-]*)\}", RegexOptions.CultureInvariant);

    /// <summary>The same document with its placeholders filled; those that cannot be are added to <paramref name="unknown"/>.</summary>
    public static JsonPlace Fill(JsonPlace place, Func<string, string?> lookup, ISet<string> unknown)
    {
        if (place.Kind == JsonValueKind.Object)
        {
            return place with
            {
                Members = [.. place.Members.Select(member => member with { Value = Fill(member.Value, lookup, unknown) })],
            };
        }

        if (place.Kind == JsonValueKind.Array)
            return place with { Items = [.. place.Items.Select(item => Fill(item, lookup, unknown))] };
        if (place.Kind != JsonValueKind.String || !Placeholder.IsMatch(place.Raw))
            return place;
        var isComplete = true;
        var text = Placeholder.Replace(place.Raw, match =>
        {
            var key = match.Groups["key"].Value;
            if (lookup(key) is { Length: > 0 } value)
                return value;
            unknown.Add(key);
            isComplete = false;
            return match.Value;
        });
        return place with { Raw = text, Unresolved = !isComplete };
    }

    /// <summary>The places that hold one.</summary>
    public static IEnumerable<JsonPlace> Places(JsonPlace place)
    {
        var below = place.Members.Select(member => member.Value).Concat(place.Items).SelectMany(Places);
        return place.Kind == JsonValueKind.String && Placeholder.IsMatch(place.Raw) ? below.Prepend(place) : below;
    }
}
