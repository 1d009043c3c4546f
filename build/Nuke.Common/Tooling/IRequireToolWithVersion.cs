namespace Nuke.Common.Tooling;

/// <summary>A class that stands for a tool whose version can be chosen.</summary>
public interface IRequireToolWithVersion
{
}
