using System.Text;
using Nuke.Common.CI;
using Nuke.Common.CI.GitHubActions;
using Nuke.Common.Execution;

namespace OpticWorks.Build.Workflows;

/// <summary>
/// A workflow that is generated from this program: jobs that need each other, environments, pinned actions, least permissions, which NUKE's own
/// attribute does not know. It is a subclass, so <c>--generate-configuration GitHubActions_NAME</c> of any NUKE writes it too.
/// </summary>
internal abstract class PipelineAttribute : GitHubActionsAttribute
{
    private MemoryStream? _capture;

    protected PipelineAttribute(string name)
        : base(name, GitHubActionsImage.UbuntuLatest)
    {
        // The target Workflows does it; a start of the program looks at no file.
        AutoGenerate = false;
    }

    /// <summary>The jobs name their targets themselves, by the interfaces that hold them.</summary>
    public override IEnumerable<string> RelevantTargetNames => [];

    protected abstract Workflow Pipeline { get; }

    public override ConfigurationEntity GetConfiguration(IReadOnlyCollection<ExecutableTarget> relevantTargets) => new WorkflowFile(Pipeline);

    /// <summary>The file's whole text, the same on every system.</summary>
    public string Text()
    {
        using var capture = _capture = new MemoryStream();
        Generate([]);
        _capture = null;
        return new UTF8Encoding(false).GetString(capture.ToArray());
    }

    protected override StreamWriter CreateStream() => _capture is { } capture
        ? new StreamWriter(capture, new UTF8Encoding(false)) { NewLine = "\n" }
        : base.CreateStream();
}
