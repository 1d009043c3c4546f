using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OpticWorks.Operations.Backups.Frames;

/// <summary>What a section of a backup's object holds.</summary>
public enum SectionKind : byte
{
    /// <summary>The archive of pg_dump -Fc.</summary>
    Archive = 1,

    /// <summary>Roles and their memberships, SQL of pg_dumpall.</summary>
    Roles = 2,

    /// <summary>Rows, digests and definitions of the snapshot, compressed JSON.</summary>
    Contents = 3,
}

/// <summary>
/// The layout of a backup's object: a header of 128 bytes, then frames. Integers are little-endian.
/// <code>
/// header   0 magic "OPTWBK01"   8 flags (1: encrypted)   12 plain bytes of a full frame   16 id, 48 bytes, padded with zeros   64 salt, 32 bytes
///         96 SHA-256 of bytes 0-95
/// frame    0 section   1 flags (1: the section's last)   2 zero   4 number in the object, from 0   8 plain length   12 SHA-256 of the header's
///         digest, bytes 0-11 and the stored bytes   44 stored bytes: plain, or AES-256-GCM with its tag of 16 bytes after it
/// </code>
/// AES-256-GCM: the key belongs to this backup alone (<see cref="BackupSecret.FrameKey"/>), the nonce is the frame's number in 12 bytes, and the
/// header's digest with the frame's first 12 bytes is authenticated too. Every frame but a section's last holds a full frame, so that each
/// frame's place is known without reading those before it.
/// </summary>
internal static class FrameFormat
{
    public const int HeaderLength = 128;

    public const int FrameHeaderLength = 44;

    public const int TagLength = 16;

    /// <summary>Plain bytes of a full frame: 1 MiB.</summary>
    public const int FrameLength = 1 << 20;

    private const int IdLength = 48;

    private static ReadOnlySpan<byte> Magic => "OPTWBK01"u8;

    public static byte[] Header(BackupId id, bool encrypted, ReadOnlySpan<byte> salt)
    {
        var header = new byte[HeaderLength];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), encrypted ? 1u : 0u);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), FrameLength);
        // A longer id's end is in the manifest, which the object's digest binds to this header.
        Encoding.ASCII.GetBytes(id.Text.Length > IdLength ? id.Text[^IdLength..] : id.Text, header.AsSpan(16, IdLength));
        salt.CopyTo(header.AsSpan(64, BackupSecret.SaltLength));
        SHA256.HashData(header.AsSpan(0, 96), header.AsSpan(96));
        return header;
    }

    /// <summary>Why a header is not the one that it should be; null: it is.</summary>
    public static string? HeaderProblem(ReadOnlySpan<byte> header, BackupId id, bool encrypted, ReadOnlySpan<byte> salt)
    {
        var expected = Header(id, encrypted, salt);
        if (header.SequenceEqual(expected))
            return null;
        if (!header[..8].SequenceEqual(Magic))
            return "it does not begin like a backup";
        if (!SHA256.HashData(header[..96]).AsSpan().SequenceEqual(header[96..]))
            return "the header does not match its own digest";
        var found = Encoding.ASCII.GetString(header.Slice(16, IdLength)).TrimEnd('\0');
        return header.Slice(16, IdLength).SequenceEqual(expected.AsSpan(16, IdLength)) ? "the header is of another object" : $"the object is that of {found}";
    }

    /// <summary>The frame's first 12 bytes.</summary>
    public static void WritePreamble(Span<byte> frame, SectionKind section, bool last, uint number, int plainLength)
    {
        frame[0] = (byte)section;
        frame[1] = last ? (byte)1 : (byte)0;
        frame[2] = frame[3] = 0;
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], number);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[8..], (uint)plainLength);
    }

    /// <param name="header">The digest in the object's header: so a frame of another backup is seen where it lies.</param>
    public static void Digest(ReadOnlySpan<byte> header, ReadOnlySpan<byte> preamble, ReadOnlySpan<byte> stored, Span<byte> digest)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(header);
        hash.AppendData(preamble);
        hash.AppendData(stored);
        hash.GetHashAndReset(digest);
    }

    public static void Nonce(uint number, Span<byte> nonce)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(nonce, number);
    }
}
