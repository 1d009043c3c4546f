using System.Security.Cryptography;

namespace OpticWorks.Operations.Backups.Frames;

/// <summary>Writes a backup's object: cuts sections into frames, encrypts them when there is a key, and hashes each.</summary>
/// <param name="write">Takes the object's bytes in their order; must have taken them over when it returns.</param>
/// <param name="secret">Null: not encrypted.</param>
internal sealed class FrameWriter(BackupId id, BackupSecret? secret, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write) : IDisposable
{
    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(BackupSecret.SaltLength);
    private readonly byte[] _plain = new byte[FrameFormat.FrameLength];
    private readonly byte[] _frame = new byte[FrameFormat.FrameHeaderLength + FrameFormat.FrameLength + FrameFormat.TagLength];
    private readonly IncrementalHash _object = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<Section> _sections = [];
    private AesGcm? _cipher;
    private byte[] _associated = [];
    private uint _number;

    public IReadOnlyList<Section> Sections => _sections;

    public byte[] Salt => _salt;

    /// <summary>SHA-256 of the header and of every frame's digest, in order: it stands for the whole object.</summary>
    public string Digest => Convert.ToHexStringLower(_object.GetCurrentHash());

    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        var header = FrameFormat.Header(id, secret is not null, _salt);
        _associated = new byte[32 + 12];
        header.AsSpan(96).CopyTo(_associated);
        if (secret is not null)
            _cipher = new AesGcm(secret.FrameKey(_salt), FrameFormat.TagLength);
        _object.AppendData(header);
        await write(header, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes one section from a stream, to its end.</summary>
    /// <param name="onRead">Told how many bytes have been read since the last time.</param>
    public async Task WriteAsync(SectionKind kind, Stream content, Action<int>? onRead, CancellationToken cancellationToken)
    {
        var (frames, length, filled) = (0, 0L, 0);
        // A frame is written when it is known whether another follows.
        for (int count; (count = await content.ReadAsync(_plain.AsMemory(filled), cancellationToken).ConfigureAwait(false)) > 0;)
        {
            onRead?.Invoke(count);
            filled += count;
            length += count;
            if (filled < _plain.Length)
                continue;
            await FrameAsync(kind, filled, last: false, cancellationToken).ConfigureAwait(false);
            (frames, filled) = (frames + 1, 0);
        }

        await FrameAsync(kind, filled, last: true, cancellationToken).ConfigureAwait(false);
        _sections.Add(new Section(kind, frames + 1, length));
    }

    public void Dispose()
    {
        _cipher?.Dispose();
        _object.Dispose();
    }

    private ValueTask FrameAsync(SectionKind kind, int length, bool last, CancellationToken cancellationToken)
    {
        FrameFormat.WritePreamble(_frame, kind, last, _number, length);
        var stored = _frame.AsSpan(FrameFormat.FrameHeaderLength, length + (_cipher is null ? 0 : FrameFormat.TagLength));
        if (_cipher is null)
            _plain.AsSpan(0, length).CopyTo(stored);
        else
        {
            Span<byte> nonce = stackalloc byte[12];
            FrameFormat.Nonce(_number, nonce);
            _frame.AsSpan(0, 12).CopyTo(_associated.AsSpan(32));
            _cipher.Encrypt(nonce, _plain.AsSpan(0, length), stored[..length], stored[length..], _associated);
        }

        var digest = _frame.AsSpan(12, 32);
        FrameFormat.Digest(_associated.AsSpan(0, 32), _frame.AsSpan(0, 12), stored, digest);
        _object.AppendData(digest);
        _number = checked(_number + 1);
        return write(_frame.AsMemory(0, FrameFormat.FrameHeaderLength + stored.Length), cancellationToken);
    }
}

/// <summary>A section of a backup's object as its manifest describes it.</summary>
/// <param name="Frames">Their number; at least one.</param>
/// <param name="Length">Plain bytes.</param>
public sealed record Section(SectionKind Kind, int Frames, long Length);
