namespace Nuke.Common.Execution;

/// <summary>An extension that a build takes on as a class attribute. It implements one or more <c>IOn…</c> interfaces.</summary>
[AttributeUsage(AttributeTargets.Class)]
public abstract class BuildExtensionAttributeBase : Attribute, IBuildExtension
{
    public INukeBuild Build { get; internal set; }

    public virtual float Priority { get; set; }
}
