namespace OpticWorks.Operations.Toolchain;

/// <summary>What a store pins itself.</summary>
public sealed record StorePins;
