namespace OpticWorks.Operations.Backups;

/// <summary>What a backup would be.</summary>
/// <param name="DatabaseSize">Bytes.</param>
/// <param name="Expected">Bytes of its object as the last backup suggests; null: there is none.</param>
/// <param name="KeyId">Null: not encrypted.</param>
public sealed record BackupPlan(string Database, string ServerVersion, long DatabaseSize, long? Expected, string? KeyId);
