using System.Collections;
using Nuke.Common.Execution;

namespace Nuke.Common.ValueInjection;

/// <summary>
/// Finds a parameter among the environment variables: by its exact name, else ignoring case and everything that is neither a
/// letter nor a digit. Empty variables count as absent.
/// </summary>
internal sealed class EnvironmentVariables
{
    private Dictionary<string, List<Variable>> _byNormalizedName;

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

    private List<Variable> Matches(string name) => (_byNormalizedName ??= Read()).GetValueOrDefault(Normalize(name)) ?? [];

    private static Dictionary<string, List<Variable>> Read()
    {
        var variables = new Dictionary<string, List<Variable>>();
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            var variable = new Variable((string)entry.Key, (string)entry.Value);
            if (string.IsNullOrEmpty(variable.Value))
                continue;
            var name = Normalize(variable.Name);
            if (!variables.TryGetValue(name, out var sameName))
                variables[name] = sameName = [];
            sameName.Add(variable);
        }

        return variables;
    }

    private static Variable Single(string name, List<Variable> found)
    {
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
