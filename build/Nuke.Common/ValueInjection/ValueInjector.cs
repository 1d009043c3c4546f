using System.Reflection;
using Nuke.Common.Execution;
using Nuke.Common.Reporting;

namespace Nuke.Common.ValueInjection;

/// <summary>
/// Gives the members of a build their values: fields and properties of its class are set; members of components compute theirs
/// with TryGetValue, and are resolved ahead so that an unusable value stops the run before any target.
/// </summary>
internal sealed class ValueInjector(NukeBuild build)
{
    private readonly Dictionary<(Type Owner, string Name), object> _values = [];
    private List<InjectedMember> _members;

    public IReadOnlyList<InjectedMember> Members => _members ??= FindMembers();

    public IEnumerable<Parameter> Parameters =>
        from member in Members
        where member.Attribute is ParameterAttribute
        select new Parameter(member.Member, (ParameterAttribute)member.Attribute);

    /// <summary>Injects plain parameters. Returns what is wrong with their values; the members concerned stay as they are.</summary>
    public IReadOnlyList<string> InjectParameters()
    {
        var problems = new List<string>();
        foreach (var member in Members.Where(member => member.IsPlainParameter))
        {
            try
            {
                Inject(member);
            }
            catch (BuildRefusal refusal)
            {
                problems.Add(refusal.Message);
            }
        }

        return problems;
    }

    /// <summary>Injects everything else; on-demand members only when one of the given members is meant.</summary>
    public void InjectOthers(IReadOnlyCollection<MemberInfo> required)
    {
        foreach (var member in Members.Where(member => !member.IsPlainParameter).OrderByDescending(member => member.Attribute.Priority))
        {
            // A component's member is computed when it is read; resolving it ahead would start work nobody asked for.
            var isNeeded = member.IsOfComponent || member.IsOnDemand
                ? member.Attribute is ParameterAttribute || required.Any(other => Key(other) == Key(member.Member))
                : true;
            if (isNeeded)
                Inject(member);
        }
    }

    public object GetValue(MemberInfo member)
    {
        if (_values.TryGetValue(Key(member), out var value))
            return value;
        var injected = Members.FirstOrDefault(candidate => Key(candidate.Member) == Key(member))
            ?? throw new BuildRefusal($"Member '{member.DeclaringType?.Name}.{member.Name}' is not marked with an injection attribute.");
        return Resolve(injected);
    }

    /// <summary>Sets a value that was asked for, as if it had been given.</summary>
    public void Set(InjectedMember member, object value)
    {
        _values[Key(member.Member)] = value;
        Redaction.AddIfSecret(member.Member, value);
        if (value != null && !member.IsOfComponent)
            MemberAssignment.Assign(build, member.Member, value);
    }

    private void Inject(InjectedMember member)
    {
        if (!_values.TryGetValue(Key(member.Member), out var value))
            value = Resolve(member);
        if (value != null && !member.IsOfComponent)
            MemberAssignment.Assign(build, member.Member, value);
    }

    private object Resolve(InjectedMember member)
    {
        var value = member.Attribute.TryGetValue(member.Member, build);
        _values[Key(member.Member)] = value;
        Redaction.AddIfSecret(member.Member, value);
        return value;
    }

    private List<InjectedMember> FindMembers()
    {
        const BindingFlags declared =
            BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var members = new List<InjectedMember>();
        for (var type = build.GetType(); type != typeof(NukeBuild); type = type.BaseType)
            AddMembers(members, type.GetFields(declared).Concat<MemberInfo>(type.GetProperties(declared)));
        foreach (var component in build.GetType().GetInterfaces())
        {
            if (component != typeof(INukeBuild))
                AddMembers(members, component.GetProperties(declared));
        }

        return members;
    }

    private void AddMembers(List<InjectedMember> members, IEnumerable<MemberInfo> candidates)
    {
        foreach (var member in candidates)
        {
            if (!member.IsDefined(typeof(ValueInjectionAttributeBase), inherit: false))
                continue;
            var attribute = member.GetCustomAttribute<ValueInjectionAttributeBase>(inherit: false);
            attribute.Build = build;
            members.Add(new InjectedMember(member, attribute));
        }
    }

    private static (Type Owner, string Name) Key(MemberInfo member) => (member.DeclaringType, member.Name);
}
