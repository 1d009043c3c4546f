namespace Nuke.Common.Utilities.Collections;

/// <summary>Several values for a key.</summary>
public class LookupTable<TKey, TValue>
{
    private readonly Dictionary<TKey, List<TValue>> _values = [];

    internal IEnumerable<TKey> Keys => _values.Keys;

    internal IReadOnlyList<TValue> Of(TKey key) => _values.TryGetValue(key, out var values) ? values : [];

    internal void AddRange(TKey key, IEnumerable<TValue> values)
    {
        if (!_values.TryGetValue(key, out var known))
            _values[key] = known = [];
        known.AddRange(values);
    }
}
