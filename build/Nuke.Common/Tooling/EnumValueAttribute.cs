namespace Nuke.Common.Tooling;

/// <summary>The text of an enum member where its name is not it.</summary>
[AttributeUsage(AttributeTargets.Field)]
public class EnumValueAttribute(string value) : Attribute
{
    public string Value { get; } = value;
}
