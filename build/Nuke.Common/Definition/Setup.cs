namespace Nuke.Common;

/// <summary>A target that opens a context; the <see cref="Cleanup"/> of the same type closes it.</summary>
public delegate ITargetDefinition Setup(ITargetDefinition definition);
