using OpticWorks.Operations.Backups.Manifests;

namespace OpticWorks.Operations.Backups.Frames;

/// <summary>Where each frame of a backup's object lies, from its manifest alone.</summary>
internal sealed class FrameMap(BackupManifest manifest)
{
    private readonly int _overhead = FrameFormat.FrameHeaderLength + (manifest.Encryption is null ? 0 : FrameFormat.TagLength);

    /// <summary>Why the manifest contradicts itself; null: it does not.</summary>
    public string? Problem()
    {
        foreach (var section in manifest.Sections)
        {
            var full = (section.Frames - 1L) * FrameFormat.FrameLength;
            if (section.Frames < 1 || section.Length < full || section.Length - full > FrameFormat.FrameLength)
                return $"the section {section.Kind} cannot have {section.Length} bytes in {section.Frames} frames";
        }

        return Length == manifest.Length ? null : $"its sections make {Length} bytes, not {manifest.Length}";
    }

    public long Length => FrameFormat.HeaderLength + manifest.Sections.Sum(section => section.Length + (long)section.Frames * _overhead);

    public IEnumerable<FramePlace> Frames()
    {
        var (number, offset) = (0u, (long)FrameFormat.HeaderLength);
        foreach (var section in manifest.Sections)
        {
            for (var i = 0; i < section.Frames; i++)
            {
                var last = i == section.Frames - 1;
                var plain = last ? (int)(section.Length - (long)i * FrameFormat.FrameLength) : FrameFormat.FrameLength;
                yield return new FramePlace(number++, section.Kind, last, offset, plain, plain + _overhead);
                offset += plain + _overhead;
            }
        }
    }
}

/// <summary>A frame's place.</summary>
/// <param name="Offset">Of its first byte in the object.</param>
/// <param name="Stored">Bytes in the object.</param>
internal sealed record FramePlace(uint Number, SectionKind Section, bool Last, long Offset, int Plain, int Stored)
{
    public override string ToString() => $"frame {Number} ({Section.ToString().ToLowerInvariant()}), bytes {Offset}-{Offset + Stored - 1}";
}
