using System.Buffers.Binary;
using System.Security.Cryptography;
using OpticWorks.Operations.Backups.Manifests;

namespace OpticWorks.Operations.Backups.Frames;

/// <summary>Reads a backup's object frame by frame and checks each: its place, its digest, its authenticity.</summary>
internal sealed class FrameReader : IDisposable
{
    private readonly BackupManifest _manifest;
    private readonly Stream _object;
    private readonly AesGcm? _cipher;
    private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _associated = new byte[32 + 12];
    private readonly byte[] _frame;
    private readonly byte[] _plain;

    public FrameReader(BackupManifest manifest, BackupSecret? secret, Stream content)
    {
        (_manifest, _object) = (manifest, content);
        var longest = (int)manifest.Sections.Select(section => Math.Min(section.Length, FrameFormat.FrameLength)).DefaultIfEmpty(0).Max();
        (_frame, _plain) = (new byte[FrameFormat.FrameHeaderLength + longest + FrameFormat.TagLength], new byte[longest]);
        if (manifest.Encryption is not null && secret is not null)
            _cipher = new AesGcm(secret.FrameKey(manifest.Salt), FrameFormat.TagLength);
    }

    /// <summary>Bytes of the object that were read.</summary>
    public long Position { get; private set; }

    /// <summary>Reads the whole object and hands over each good frame's plain bytes.</summary>
    /// <param name="take">Its bytes are valid until it returns.</param>
    /// <param name="damaged">Told of each damage and its place; reading goes on with the next frame.</param>
    public async Task ReadAsync(
        Func<FramePlace, ReadOnlyMemory<byte>, ValueTask> take, Action<Damage> damaged, CancellationToken cancellationToken)
    {
        var header = new byte[FrameFormat.HeaderLength];
        if (!await FillAsync(header, "header", damaged, cancellationToken).ConfigureAwait(false))
            return;
        if (FrameFormat.HeaderProblem(header, BackupId.Parse(_manifest.Id), _manifest.Encryption is not null, _manifest.Salt) is { } problem)
            damaged(new Damage("header, bytes 0-127", problem));
        _digest.AppendData(header);
        // Frames are bound to the header that they should have, whatever stands in front of them.
        FrameFormat.Header(BackupId.Parse(_manifest.Id), _manifest.Encryption is not null, _manifest.Salt).AsSpan(96).CopyTo(_associated);
        var good = true;
        foreach (var place in new FrameMap(_manifest).Frames())
        {
            var frame = _frame.AsMemory(0, place.Stored);
            if (!await FillAsync(frame, place.ToString(), damaged, cancellationToken).ConfigureAwait(false))
                return;
            _digest.AppendData(frame.Span.Slice(12, 32));
            if (Problem(place, frame.Span) is { } wrong)
            {
                damaged(new Damage(place.ToString(), wrong));
                good = false;
                continue;
            }

            await take(place, _plain.AsMemory(0, place.Plain)).ConfigureAwait(false);
        }

        if (await _object.ReadAsync(header.AsMemory(0, 1), cancellationToken).ConfigureAwait(false) > 0)
            damaged(new Damage($"after byte {Position - 1}", "the object is longer than its manifest says"));
        else if (good && Convert.ToHexStringLower(_digest.GetCurrentHash()) != _manifest.Digest)
            damaged(new Damage("the whole object", "its frames are whole, but they are not those of the manifest"));
    }

    public void Dispose()
    {
        _cipher?.Dispose();
        _digest.Dispose();
    }

    private string? Problem(FramePlace place, ReadOnlySpan<byte> frame)
    {
        Span<byte> digest = stackalloc byte[32];
        var stored = frame[FrameFormat.FrameHeaderLength..];
        FrameFormat.Digest(_associated.AsSpan(0, 32), frame[..12], stored, digest);
        if (!digest.SequenceEqual(frame.Slice(12, 32)))
            return "its bytes do not match its digest";
        Span<byte> preamble = stackalloc byte[12];
        FrameFormat.WritePreamble(preamble, place.Section, place.Last, place.Number, place.Plain);
        if (!preamble.SequenceEqual(frame[..12]))
            return $"here lies frame {BinaryPrimitives.ReadUInt32LittleEndian(frame[4..])}";
        if (_manifest.Encryption is null)
        {
            stored.CopyTo(_plain);
            return null;
        }

        if (_cipher is null)
            return null; // Without the key only the digests can be checked.
        Span<byte> nonce = stackalloc byte[12];
        FrameFormat.Nonce(place.Number, nonce);
        preamble.CopyTo(_associated.AsSpan(32));
        try
        {
            _cipher.Decrypt(nonce, stored[..place.Plain], stored[place.Plain..], _plain.AsSpan(0, place.Plain), _associated);
            return null;
        }
        catch (AuthenticationTagMismatchException)
        {
            return "it was not written with this backup's key";
        }
    }

    private async Task<bool> FillAsync(Memory<byte> buffer, string place, Action<Damage> damaged, CancellationToken cancellationToken)
    {
        var count = await _object.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        Position += count;
        if (count < buffer.Length)
            damaged(new Damage(place, $"the object ends after {Position} of {_manifest.Length} bytes"));
        return count == buffer.Length;
    }
}

/// <summary>Damage of a backup.</summary>
/// <param name="Place">For example "frame 17 (archive), bytes 17826688-18875263".</param>
public sealed record Damage(string Place, string What)
{
    public override string ToString() => $"{Place}: {What}";
}
