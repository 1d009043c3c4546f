using OpticWorks.Operations.Objects;

namespace OpticWorks.Operations.Backups;

/// <summary>How a backup is taken.</summary>
public sealed record BackupWish
{
    /// <summary>Who takes it, for example "mara@laptop".</summary>
    public required string By { get; init; }

    /// <summary>The release that is live; null: unknown.</summary>
    public string? Release { get; init; }

    /// <summary>How long to wait for another backup or a migration.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>Bytes a second of all parts together; null: as fast as it goes.</summary>
    public RateLimit? Rate { get; init; }

    /// <summary>As pg_dump's --compress takes it.</summary>
    public string Compression { get; init; } = "zstd:1";

    public int PartsInFlight { get; init; } = 4;

    /// <summary>Connections that compute digests while the dump streams, each on one core of the server; 0: one computes them after it.</summary>
    public int DigestConnections { get; init; } = 1;
}
