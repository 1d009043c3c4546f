using Nuke.Common.ValueInjection;

namespace Nuke.Common.Execution;

/// <summary>
/// The engine's own parameters: from the command line, from a variable with the prefix <c>NUKE_</c>, from a variable with the bare
/// name, and some from the parameter files. The bare name may belong to something else (HOST, ROOT and TARGET often do) and counts
/// only when it is usable; all others must be.
/// </summary>
internal static class EngineParameter
{
    public static T Convert<T>(Invocation invocation, string name, Func<string, T> convert) where T : class
    {
        var source = Find(invocation, name);
        if (source == null)
            return null;
        try
        {
            return convert(Single(source));
        }
        catch (FormatException exception)
        {
            return source.IsAmbient ? null : throw new BuildRefusal($"{source.Label} {exception.Message}");
        }
    }

    public static T? Enum<T>(Invocation invocation, string name) where T : struct, Enum =>
        (T?)Convert<object>(invocation, name, text => ValueConverter.Single(text, typeof(T), invocation.WorkingDirectory));

    public static bool? Switch(Invocation invocation, string name)
    {
        var argument = invocation.CommandLine.Find(name);
        if (argument is { Values.Count: 0 })
            return true;
        return (bool?)Convert<object>(invocation, name, text => ValueConverter.Single(text, typeof(bool), invocation.WorkingDirectory));
    }

    /// <summary>The values of a list, each split at <c>+</c>; null when it is not given.</summary>
    public static string[] Strings(Invocation invocation, string name)
    {
        var source = Find(invocation, name);
        return source?.Values.SelectMany(value => value.Split('+', StringSplitOptions.RemoveEmptyEntries)).ToArray();
    }

    public static ParameterSource Find(Invocation invocation, string name)
    {
        var argument = invocation.CommandLine.Find(name);
        if (argument != null)
            return new ParameterSource(ParameterName.Argument(name), argument.Values);
        var prefixed = invocation.Variables.Find($"Nuke{name}");
        if (prefixed != null)
            return new ParameterSource($"Environment variable {prefixed.Name}", [prefixed.Value]);
        var ambient = invocation.Variables.Find(name);
        if (ambient != null)
            return new ParameterSource($"Environment variable {ambient.Name}", [ambient.Value]) { IsAmbient = true };
        return KnownParameters.OfEngineInFiles.Contains(name) ? invocation.Files.FindSource(name) : null;
    }

    private static string Single(ParameterSource source) =>
        source.Values.Count == 1
            ? source.Values[0]
            : throw new FormatException(source.Values.Count == 0 ? "needs a value" : "takes one value, but several are given");
}
