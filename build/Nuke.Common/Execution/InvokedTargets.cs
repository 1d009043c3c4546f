using Nuke.Common.ValueInjection;

namespace Nuke.Common.Execution;

/// <summary>Which targets the command line or the environment names.</summary>
internal static class InvokedTargets
{
    /// <summary>Marks the named targets as invoked. Returns them, or the default targets when none is named.</summary>
    public static IReadOnlyCollection<ExecutableTarget> Find(Invocation invocation, NukeBuild build)
    {
        var source = Source(invocation);
        var names = source == null ? [] : Names(source);
        if (source is { IsAmbient: false } && names.Count == 0 && !build.Help)
            throw Empty(source);
        foreach (var name in names)
        {
            var target = Find(build.ExecutableTargets, name);
            if (target != null)
                target.Invoked = true;
            else if (!source.IsAmbient && !build.Help)
                throw Unknown(name, build.ExecutableTargets);
        }

        var invoked = build.ExecutableTargets.Where(target => target.Invoked).ToList();
        return invoked.Count > 0 ? invoked : [.. build.ExecutableTargets.Where(target => target.IsDefault)];
    }

    /// <summary>The names among the values of <c>--target</c> or <c>--skip</c>.</summary>
    public static IReadOnlyList<string> Names(ParameterSource source) =>
        [.. source.Values.SelectMany(value => value.Split('+', StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>Most often an empty variable of a shell: what it was to name is unknown, so nothing may run instead.</summary>
    public static BuildRefusal Empty(ParameterSource source) => new($"{source.Label} names no target: its value is missing or empty");

    public static ExecutableTarget Find(IEnumerable<ExecutableTarget> targets, string name) =>
        targets.FirstOrDefault(target => ParameterName.AreEqual(target.Name, name));

    public static BuildRefusal Unknown(string name, IEnumerable<ExecutableTarget> targets)
    {
        var names = targets.Select(target => target.Name).Order(StringComparer.OrdinalIgnoreCase).ToList();
        var nearest = NearestName.Find(name, names);
        return new BuildRefusal(
            $"Target with name '{name}' does not exist. Available targets are:\n"
            + string.Join('\n', names.Select(available => $"  - {available}"))
            + (nearest == null ? string.Empty : $"\nDid you mean '{nearest}'?"));
    }

    private static ParameterSource Source(Invocation invocation)
    {
        var positional = invocation.CommandLine.Positional;
        if (positional.Count == 0)
            return EngineParameter.Find(invocation, "Target");
        return invocation.CommandLine.Find("Target") == null
            ? new ParameterSource("The command line", positional)
            : throw new BuildRefusal("Targets are named both before the parameters and with --target. Name them in one place.");
    }
}
