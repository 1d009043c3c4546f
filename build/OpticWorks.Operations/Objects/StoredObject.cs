namespace OpticWorks.Operations.Objects;

/// <summary>An object of the store.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="ETag">Without quotes; of an upload in N parts the MD5 of the parts' MD5s, then "-N".</param>
public sealed record StoredObject(string Key, long Length, string ETag, DateTimeOffset Modified);

/// <summary>A part that the store has.</summary>
internal sealed record UploadedPart(int Number, byte[] Digest, string ETag);

/// <summary>An upload that was begun and neither completed nor aborted; its parts cost as much as an object.</summary>
public sealed record UnfinishedUpload(string Key, string UploadId);
