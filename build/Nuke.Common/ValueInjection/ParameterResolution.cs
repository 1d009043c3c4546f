using Nuke.Common.Execution;

namespace Nuke.Common.ValueInjection;

/// <summary>Finds and converts the value of a parameter. The first source that has one decides, also when it is unusable.</summary>
internal static class ParameterResolution
{
    /// <returns>The value; null when no source has one.</returns>
    /// <exception cref="BuildRefusal">The source that has a value has an unusable one.</exception>
    public static object Resolve(Invocation invocation, Parameter parameter)
    {
        var source = Find(invocation, parameter);
        if (source == null)
            return invocation.Files.Find(parameter);
        try
        {
            return ValueConverter.Convert(source.Values, parameter.Type, parameter.Separator, invocation.WorkingDirectory);
        }
        catch (FormatException exception)
        {
            throw new BuildRefusal($"{source.Label} {exception.Message}");
        }
    }

    private static ParameterSource Find(Invocation invocation, Parameter parameter)
    {
        var argument = invocation.CommandLine.Find(parameter.Name);
        if (argument != null)
            return new ParameterSource(ParameterName.Argument(parameter.Name), argument.Values);
        var variable = invocation.Variables.FindWithOrWithoutPrefix(parameter.Name);
        return variable == null ? null : new ParameterSource($"Environment variable {variable.Name}", [variable.Value]);
    }
}
