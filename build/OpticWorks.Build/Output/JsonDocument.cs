using System.Text.Json;
using System.Text.Json.Serialization;
using Nuke.Common;
using Nuke.Common.Execution;
using OpticWorks.Build.Targets;

namespace OpticWorks.Build.Output;

/// <summary>The one JSON document of <c>--output json</c>. Its shape: .nuke/output.schema.json.</summary>
internal static class JsonDocument
{
    private static readonly DateTimeOffset StartedAt = DateTimeOffset.UtcNow;

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Writes it, scrubbed, when it was asked for.</summary>
    public static void Write(INukeBuild build, IReadOnlyCollection<ExecutableTarget> plan, int exitCode)
    {
        if (StandardOutput.Document is not { } document)
            return;
        var text = JsonSerializer.Serialize(new
        {
            Schema = 1,
            Target = string.Join('+', plan.Where(target => target.Invoked).Select(target => target.Name)),
            Environment = Session.Environment?.Name,
            Session.Operation,
            Release = Session.Release?.Text,
            Result = exitCode == 0 ? "done" : "failed",
            ExitCode = exitCode,
            StartedAt,
            DurationMs = (long)(DateTimeOffset.UtcNow - StartedAt).TotalMilliseconds,
            Error = Session.Failure is { } failure
                ? new { What = failure.Message, failure.Where, failure.Seen, failure.Undone, failure.Next }
                : null,
            Steps = plan.Select(target => new
            {
                target.Name,
                Host = (string?)null,
                State = target.Status.ToString().ToLowerInvariant(),
                DurationMs = (long)target.Duration.TotalMilliseconds,
                Detail = string.Join(", ", target.SummaryInformation.Select(pair => $"{pair.Key}: {pair.Value}")),
            }),
            Session.Data,
        }, Format);
        document.WriteLine(Session.Scrubber.Scrub(text));
        document.Flush();
    }
}
