namespace Nuke.Common.ValueInjection;

/// <summary>Raw values of a parameter and where they stand, as people name it. The values themselves are never shown.</summary>
internal sealed record ParameterSource(string Label, IReadOnlyList<string> Values)
{
    /// <summary>From a variable that may not be meant for the build.</summary>
    public bool IsAmbient { get; init; }
}
