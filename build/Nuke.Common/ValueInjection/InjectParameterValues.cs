using Nuke.Common.CI;
using Nuke.Common.Execution;

namespace Nuke.Common.ValueInjection;

/// <summary>
/// Gives parameters their values, and refuses the run when an argument is unknown or a value unusable. A request for help is
/// answered whatever else is wrong.
/// </summary>
internal sealed class InjectParameterValues(NukeBuild build) : IOnBuildCreated
{
    public float Priority => 100;

    public void OnBuildCreated(IReadOnlyCollection<ExecutableTarget> executableTargets)
    {
        var invocation = Invocation.Current;
        build.Help = EngineParameter.Switch(invocation, nameof(NukeBuild.Help)) ?? false;
        var problems = new List<string>();
        if (!build.Help)
            problems.AddRange(UnknownArguments(invocation));
        problems.AddRange(build.Injection.InjectParameters());
        InjectOwnParameters(invocation, problems);
        if (!build.Help && problems.Count > 0)
            throw new BuildRefusal(string.Join('\n', problems.Distinct()));
    }

    private void InjectOwnParameters(Invocation invocation, List<string> problems)
    {
        Try(problems, () => build.Plan = EngineParameter.Switch(invocation, nameof(NukeBuild.Plan)) ?? build.Plan);
        Try(problems, () => build.NoLogo = EngineParameter.Switch(invocation, nameof(NukeBuild.NoLogo)) ?? build.NoLogo);
        Try(problems, () => build.Continue = EngineParameter.Switch(invocation, nameof(NukeBuild.Continue)) ?? build.Continue);
        Try(problems, () => build.Partition = EngineParameter.Convert(invocation, nameof(NukeBuild.Partition), Partition.Parse) ?? build.Partition);
    }

    private static void Try(List<string> problems, Action action)
    {
        try
        {
            action();
        }
        catch (BuildRefusal refusal)
        {
            problems.Add(refusal.Message);
        }
    }

    private IEnumerable<string> UnknownArguments(Invocation invocation)
    {
        var known = KnownParameters.Of(build, invocation);
        var unknown = new List<string>();
        foreach (var argument in invocation.CommandLine.Named)
        {
            if (!known.Any(name => ParameterName.AreEqual(name, argument.Written)))
                unknown.Add(UnknownArgument(argument.Written, known));
        }

        Try(unknown, () => unknown.AddRange(invocation.Files.UnknownNames(KnownParameters.InFiles(build))));
        return unknown;
    }

    private static string UnknownArgument(string written, IReadOnlyCollection<string> known)
    {
        var assignment = written.IndexOf('=');
        if (assignment < 0)
            return $"Unknown parameter '{written}'{NearestName.Suggestion(written, known, ParameterName.Argument)}";
        var name = written[..assignment];
        return $"Unknown parameter '{name}=…'. Give the value as an argument of its own: {name} <value>";
    }
}
