namespace Nuke.Common;

/// <summary>A target that closes the context of the <see cref="Setup"/> of the same type, also after a failure.</summary>
public delegate ITargetDefinition Cleanup(ITargetDefinition definition);
