namespace Nuke.Common;

/// <summary>A target: a property of a build or component, a fluent sentence about what is executed and when.</summary>
public delegate ITargetDefinition Target(ITargetDefinition definition);
