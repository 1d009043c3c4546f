namespace Nuke.Common;

/// <summary>Text before the names of all parameters of a component, so that components do not collide.</summary>
[AttributeUsage(AttributeTargets.Interface, AllowMultiple = false, Inherited = false)]
public class ParameterPrefixAttribute(string prefix) : Attribute
{
    public string Prefix { get; } = prefix;
}
