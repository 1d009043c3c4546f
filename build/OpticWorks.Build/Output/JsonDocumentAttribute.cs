using System.Text.Json;
using System.Text.Json.Serialization;
using Nuke.Common;
using Nuke.Common.Execution;
using OpticWorks.Build.Targets;
using OpticWorks.Operations;

namespace OpticWorks.Build.Output;

/// <summary>Writes the one JSON document of <c>--output json</c> when the build is over. Its shape: .nuke/output.schema.json.</summary>
internal sealed class JsonDocumentAttribute : BuildExtensionAttributeBase, IOnBuildInitialized, IOnBuildFinished
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly DateTimeOffset _startedAt = DateTimeOffset.UtcNow;
    private IReadOnlyCollection<ExecutableTarget> _plan = [];

    public override float Priority { get; set; } = -1000;

    public void OnBuildInitialized(IReadOnlyCollection<ExecutableTarget> executableTargets, IReadOnlyCollection<ExecutableTarget> executionPlan) =>
        _plan = executionPlan;

    public void OnBuildFinished()
    {
        if (StandardOutput.Document is not { } document)
            return;
        var build = (NukeBuild)Build;
        var exitCode = build.ExitCode ?? (build.IsSucceeding ? ExitCodes.Done : ExitCodes.Engine);
        document.WriteLine(JsonSerializer.Serialize(new
        {
            Schema = 1,
            Target = string.Join('+', _plan.Where(target => target.Invoked).Select(target => target.Name)),
            Environment = Session.Environment?.Name,
            Operation = (string?)null,
            Release = Session.Release?.Text,
            Result = exitCode == 0 ? "done" : "failed",
            ExitCode = exitCode,
            StartedAt = _startedAt,
            DurationMs = (long)(DateTimeOffset.UtcNow - _startedAt).TotalMilliseconds,
            Error = Session.Failure is { } failure
                ? new { What = failure.Message, failure.Where, failure.Seen, failure.Undone, failure.Next }
                : null,
            Steps = _plan.Select(target => new
            {
                target.Name,
                Host = (string?)null,
                State = target.Status.ToString().ToLowerInvariant(),
                DurationMs = (long)target.Duration.TotalMilliseconds,
                Detail = string.Join(", ", target.SummaryInformation.Select(pair => $"{pair.Key}: {pair.Value}")),
            }),
            Session.Data,
        }, Format));
        document.Flush();
    }
}
