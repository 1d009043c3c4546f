namespace Nuke.Common;

/// <summary>The value is only injected when a planned target requires the member.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public class OnDemandAttribute : Attribute
{
}
