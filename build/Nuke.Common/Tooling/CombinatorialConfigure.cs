namespace Nuke.Common.Tooling;

/// <summary>Makes several options out of one.</summary>
public delegate IEnumerable<T> CombinatorialConfigure<T>(T options);
