using Nuke.Common.IO;

namespace Nuke.Components;

/// <summary>A build with a place for reports among its artifacts.</summary>
public interface IHazReports : IHazArtifacts
{
    AbsolutePath ReportDirectory => ArtifactsDirectory / "reports";
}
