using Nuke.Common.Execution;
using Nuke.Common.ValueInjection;

namespace Nuke.Common.Schema;

/// <summary>What may follow the words of a command line.</summary>
internal static class Completion
{
    /// <summary>The request, followed by the words typed so far, the program's name first.</summary>
    public const string Command = ":complete";

    public static IReadOnlyList<string> Of(NukeBuild build, string words)
    {
        var typed = words.Split(' ');
        var current = typed[^1];
        var candidates = current.StartsWith('-') ? Parameters(build) : Values(build, typed);
        return [.. candidates
            .Where(candidate => candidate.StartsWith(current, StringComparison.OrdinalIgnoreCase))
            .Except(typed[..^1], StringComparer.OrdinalIgnoreCase)
            .Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Parameters(NukeBuild build) =>
        build.Injection.Parameters.Where(parameter => parameter.Attribute.List).Select(parameter => parameter.Name)
            .Concat(KnownParameters.OfEngine)
            .Select(ParameterName.Argument);

    private static IEnumerable<string> Values(NukeBuild build, string[] typed)
    {
        var name = typed[..^1].LastOrDefault(word => word.StartsWith('-'));
        if (name == null)
            return Targets(build);
        if (ParameterName.AreEqual(name, "Target") || ParameterName.AreEqual(name, "Skip"))
            return Targets(build);
        if (ParameterName.AreEqual(name, "Verbosity"))
            return Enum.GetNames<Verbosity>();
        if (ParameterName.AreEqual(name, "Host"))
            return HostSelection.Names;
        if (ParameterName.AreEqual(name, "Profile"))
            return Invocation.Current.Files.Existing();
        var parameter = build.Injection.Parameters.FirstOrDefault(parameter => ParameterName.AreEqual(parameter.Name, name));
        return parameter?.Attribute.GetValueSet(parameter.Member, build)?.Select(value => value.Text) ?? [];
    }

    private static IEnumerable<string> Targets(NukeBuild build) =>
        build.ExecutableTargets.Where(target => target.Listed).Select(target => ParameterName.Dashed(target.Name));
}
