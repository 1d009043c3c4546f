namespace Nuke.Common;

/// <summary>The member must have a value in every run, whatever the targets.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public class RequiredAttribute : Attribute
{
}
