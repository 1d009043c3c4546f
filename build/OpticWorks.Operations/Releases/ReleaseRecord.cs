using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpticWorks.Operations.Releases;

public enum ReleaseState
{
    /// <summary>It was switched to completely and served.</summary>
    Good,

    /// <summary>It was rolled back from; a rollback skips it.</summary>
    Bad,
}

/// <summary>What is remembered of a release on the control host.</summary>
/// <param name="Artifact">Digest of the artifact that it was made from.</param>
/// <param name="Layer">Content digest of its dependency layer.</param>
/// <param name="Commit">The store's commit; null: unknown.</param>
/// <param name="By">Who deployed it.</param>
/// <param name="Note">Why it is bad; empty: it is not.</param>
public sealed record ReleaseRecord(
    string Release, string Artifact, string Layer, string? Commit, string By, DateTimeOffset At, ReleaseState State, string Note = "")
{
    /// <summary>The proof that this release still runs on today's schema; null: there is none.</summary>
    public RollbackProof? Proof { get; init; }

    public string Write() => JsonSerializer.Serialize(this, Format);

    public static ReleaseRecord Read(string json, string where)
    {
        try
        {
            var record = JsonSerializer.Deserialize<ReleaseRecord>(json, Format) ?? throw new JsonException("it is empty");
            _ = ReleaseId.Parse(record.Release);
            return record;
        }
        catch (JsonException e)
        {
            throw new OperationException("A release's record is damaged", ExitCodes.PreflightRefused, e)
            { Where = where, Seen = e.Message, Next = "move it away on the control host; the release's files are not touched by that" };
        }
    }

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
}

/// <summary>What was seen when a release was started on a spare port against today's schema.</summary>
/// <param name="Seconds">How long it took to answer.</param>
/// <param name="Problem">Why it would not do; null: it would.</param>
public sealed record RollbackProof(DateTimeOffset At, double Seconds, string? Problem);
