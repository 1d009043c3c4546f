namespace Nuke.Common;

/// <summary>All members of the build are treated as if they had <see cref="OnDemandAttribute"/>, except parameters.</summary>
[AttributeUsage(AttributeTargets.Class)]
public class OnDemandValueInjectionAttribute : Attribute
{
}
