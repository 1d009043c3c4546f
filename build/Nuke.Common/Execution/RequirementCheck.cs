using System.Linq.Expressions;
using System.Reflection;
using Nuke.Common.Reporting;
using Nuke.Common.Tooling;
using Nuke.Common.ValueInjection;

namespace Nuke.Common.Execution;

/// <summary>
/// Checks, before the first target, everything the scheduled targets require, and tells all that is missing at once. A person at a
/// terminal is asked for missing parameters.
/// </summary>
internal sealed class RequirementCheck
{
    private readonly NukeBuild _build;
    private readonly List<string> _problems = [];

    private RequirementCheck(NukeBuild build)
    {
        _build = build;
    }

    public static void Run(NukeBuild build)
    {
        var check = new RequirementCheck(build);
        check.CheckRequiredMembers();
        foreach (var target in build.ScheduledTargets)
            check.Check(target);
        if (check._problems.Count > 0)
            throw new BuildRefusal(string.Join('\n', check._problems.Distinct()));
    }

    private void CheckRequiredMembers()
    {
        foreach (var member in _build.Injection.Members.Where(member => member.IsRequired))
        {
            if (IsMissing(member.Member) && !Ask(member))
                _problems.Add($"Member '{NameOf(member.Member)}' is required to be not null or empty{Hint(member)}");
        }

        foreach (var requirement in _build.GetType().GetCustomAttributes<RequiresAttribute>())
            AddToolProblem("The build", requirement.GetRequirement());
    }

    private void Check(ExecutableTarget target)
    {
        foreach (var requirement in target.DelegateRequirements)
        {
            if (requirement.ReturnType == typeof(bool) || MemberOf.OrNull(requirement) is not { } member)
                CheckExpression(target, requirement);
            else
                CheckMember(target, member);
        }

        foreach (var requirement in target.ToolRequirements)
            AddToolProblem($"Target '{target.Name}'", requirement);
    }

    private void CheckExpression(ExecutableTarget target, LambdaExpression requirement)
    {
        var value = requirement.Compile(preferInterpretation: true).DynamicInvoke();
        if (value is false || IsEmpty(value))
            _problems.Add($"Target '{target.Name}' requires '{requirement.Body}'");
    }

    private void CheckMember(ExecutableTarget target, MemberInfo member)
    {
        var injected = _build.Injection.Members.FirstOrDefault(candidate =>
            candidate.Member.Name == member.Name && candidate.Member.DeclaringType == member.DeclaringType);
        if (injected == null)
            _problems.Add($"Member '{NameOf(member)}' is required from target '{target.Name}' but not marked with an injection attribute.");
        else if (IsMissing(member) && !Ask(injected))
            _problems.Add($"Target '{target.Name}' requires member '{NameOf(member)}' to be not null or empty{Hint(injected)}");
    }

    private bool Ask(InjectedMember member)
    {
        if (member.Attribute is not ParameterAttribute attribute || !Invocation.Current.IsInteractive)
            return false;
        var value = Prompt.Ask(new Parameter(member.Member, attribute), _build);
        if (value == null)
            return false;
        _build.Injection.Set(member, value);
        return !IsMissing(member.Member);
    }

    private void AddToolProblem(string who, ToolRequirement requirement)
    {
        if (ToolRequirements.Problem(requirement) is { } problem)
            _problems.Add($"{who} requires {problem}");
    }

    private bool IsMissing(MemberInfo member) => IsEmpty(MemberOf.Value(member, _build));

    private static bool IsEmpty(object value) => value is null || (value is string text && string.IsNullOrWhiteSpace(text));

    private static string NameOf(MemberInfo member) => TargetDiscovery.ShortName(member);

    private static string Hint(InjectedMember member)
    {
        if (member.Attribute is not ParameterAttribute attribute || !member.IsPlainParameter)
            return string.Empty;
        var parameter = new Parameter(member.Member, attribute);
        return parameter.IsSecret && Invocation.Current.Files.HasLocked(parameter.Name)
            ? $"\n  It is encrypted in a parameter file; set {SecretPassword.VariableName(profile: null)} to its password, "
                + "or the variable of its profile."
            : $"\n  Give {ParameterName.Argument(parameter.Name)}, or set the environment variable {ParameterName.Variable(parameter.Name)}.";
    }
}
