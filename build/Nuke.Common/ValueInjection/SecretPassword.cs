using Nuke.Common.Execution;
using Nuke.Common.Reporting;

namespace Nuke.Common.ValueInjection;

/// <summary>The password of the encrypted values: the parameter <c>ParamsKey</c>, or <c>ParamsProfileKey</c> for a profile's file.</summary>
internal static class SecretPassword
{
    public static string Find(string profile)
    {
        var name = ParameterName(profile);
        var argument = Invocation.Current.CommandLine.Find(name);
        var password = argument is { Values: [var value] } ? value : Invocation.Current.Variables.FindWithOrWithoutPrefix(name)?.Value;
        Redaction.Add(password);
        return password;
    }

    public static string VariableName(string profile) =>
        profile == null ? "PARAMS_KEY" : $"PARAMS_{profile.Replace('.', '_').ToUpperInvariant()}_KEY";

    public static string ParameterName(string profile) => profile == null ? "ParamsKey" : $"Params{profile.Replace('.', '_')}Key";
}
