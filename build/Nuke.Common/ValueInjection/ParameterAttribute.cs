using System.Reflection;
using Nuke.Common.Execution;
using Nuke.Common.ValueInjection;

namespace Nuke.Common;

/// <summary>
/// A parameter of the build. Its value comes from the command line, an environment variable or the parameter files,
/// in this order; else the initial value of the member stays.
/// </summary>
public class ParameterAttribute : ValueInjectionAttributeBase
{
    public ParameterAttribute(string description = null)
    {
        Description = description;
    }

    public virtual string Description { get; }

    /// <summary>The name, when it is not the member's.</summary>
    public string Name { get; set; }

    /// <summary>The character between the elements of a list that is given as one value.</summary>
    public string Separator { get; set; }

    /// <summary>Whether the help shows it.</summary>
    public virtual bool List { get; set; } = true;

    /// <summary>The type that declares <see cref="ValueProviderMember"/>, when it is not the build's.</summary>
    public Type ValueProviderType { get; set; }

    /// <summary>The member that lists proposed values, for completion, prompts and the schema. Others are accepted too.</summary>
    public string ValueProviderMember { get; set; }

    public override object GetValue(MemberInfo member, object instance) =>
        ParameterResolution.Resolve(Invocation.Current, new Parameter(member, this));

    /// <summary>The proposed values; null when the parameter is open.</summary>
    public virtual IEnumerable<(string Text, object Object)> GetValueSet(MemberInfo member, object instance) =>
        ValueSet.Of(new Parameter(member, this), instance);
}
