namespace Nuke.Common;

/// <summary>The value is encrypted in parameter files, and is redacted from everything the engine prints.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Parameter)]
public class SecretAttribute : Attribute
{
}
