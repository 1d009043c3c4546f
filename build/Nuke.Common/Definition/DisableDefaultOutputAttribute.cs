namespace Nuke.Common;

/// <summary>Turns off parts of the engine's own output; without an argument, all of them.</summary>
[AttributeUsage(AttributeTargets.Class)]
public class DisableDefaultOutputAttribute : Attribute
{
    public DisableDefaultOutputAttribute(params DefaultOutput[] disabledOutputs)
    {
        DisabledOutputs = disabledOutputs is { Length: > 0 } ? disabledOutputs : Enum.GetValues<DefaultOutput>();
    }

    /// <summary>The parts that are not printed.</summary>
    public DefaultOutput[] DisabledOutputs { get; }

    /// <summary>Whether the attribute counts for this build; asked each time a part is about to be printed.</summary>
    public virtual bool IsApplicable(INukeBuild build) => true;
}
