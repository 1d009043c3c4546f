using System.Reflection;

namespace Nuke.Common.CI;

/// <summary>The part of the work this run does; all of it unless a part is given.</summary>
public class PartitionAttribute(int total) : ParameterAttribute
{
    public int Total { get; } = total;

    public override bool List => false;

    public override object GetValue(MemberInfo member, object instance) => base.GetValue(member, instance) ?? Partition.Single;
}
