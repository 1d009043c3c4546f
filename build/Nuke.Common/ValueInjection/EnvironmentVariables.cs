using System.Collections;
using Nuke.Common.Execution;

namespace Nuke.Common.ValueInjection;

/// <summary>
/// Finds a parameter among the environment variables: by its exact name, else ignoring case and everything that is neither a
/// letter nor a digit. Empty variables count as absent.
/// </summary>
internal sealed class EnvironmentVariables
{
    private ILookup<string, Variable> _byNormalizedName;

    /// <summary>Forgets what was read; variables have changed.</summary>
    public void Reset() => _byNormalizedName = null;

    /// <summary>The variable of that name; null when there is none.</summary>
    /// <exception cref="BuildRefusal">Several variables match and differ.</exception>
    public Variable Find(string name) => Single(name, Matches(name));

    /// <summary>As <see cref="Find"/>, also with the prefix NUKE.</summary>
    public Variable FindWithOrWithoutPrefix(string name)
    {
        var exact = Environment.GetEnvironmentVariable(name);
        return string.IsNullOrEmpty(exact)
            ? Single(name, [.. Matches(name), .. Matches($"Nuke{name}")])
            : new Variable(name, exact);
    }

    private IEnumerable<Variable> Matches(string name)
    {
        _byNormalizedName ??= Environment.GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .Select(entry => new Variable((string)entry.Key, (string)entry.Value))
            .Where(variable => !string.IsNullOrEmpty(variable.Value))
            .ToLookup(variable => Normalize(variable.Name));
        return _byNormalizedName[Normalize(name)];
    }

    private static Variable Single(string name, IEnumerable<Variable> matches)
    {
        var found = matches.ToList();
        if (found.Select(variable => variable.Value).Distinct().Count() > 1)
        {
            var names = string.Join(" and ", found.Select(variable => variable.Name).Order(StringComparer.Ordinal));
            throw new BuildRefusal($"Environment variables {names} give different values for '{name}'. Unset all but one.");
        }

        return found.FirstOrDefault();
    }

    private static string Normalize(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();

    internal sealed record Variable(string Name, string Value);
}
