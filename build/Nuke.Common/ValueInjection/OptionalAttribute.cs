namespace Nuke.Common;

/// <summary>Documents that the member may stay without a value.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public class OptionalAttribute : Attribute
{
}
