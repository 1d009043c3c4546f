using System.Formats.Tar;
using System.IO.Pipelines;
using System.Security.Cryptography;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Toolchain;

namespace OpticWorks.Operations.Releases;

/// <summary>
/// A folder as one file: GNU tar with entries in ordinal order, no times and no owners, compressed by zstd. The same content always gives
/// the same tar, so its digest says what was built, whoever built it. (Not PAX: .NET writes the process id into the names of PAX headers.)
/// </summary>
public static class TarArchive
{
    /// <summary>Writes the archive; an unfinished one never bears the final name.</summary>
    /// <param name="roots">Folder name inside the archive ("" for its top) and the folder on disk.</param>
    /// <returns>SHA-256 of the tar before compression, SHA-256 and length in bytes of the file.</returns>
    public static async Task<ArchiveDigest> WriteAsync(
        IReadOnlyList<(string Name, string Directory)> roots, string archive, Tool zstd, CancellationToken cancellationToken)
    {
        var part = $"{archive}.{Environment.ProcessId}.part";
        try
        {
            var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 8 << 20, resumeWriterThreshold: 4 << 20));
            using var content = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var writing = Task.Run(() => WriteTarAsync(roots, pipe.Writer, content, cancellationToken), cancellationToken);
            ProcessResult result;
            await using (var input = pipe.Reader.AsStream())
            {
                result = await LocalProcess.PipeAsync(zstd.Command("-q", "-f", "-3", "-T0", "-o", part),
                    input, (_, _) => Task.CompletedTask, null, cancellationToken).ConfigureAwait(false);
            }

            // The reader is gone by now: a tar that zstd did not read to its end comes to its own.
            await writing.ConfigureAwait(false);
            result.OrFail($"{Path.GetFileName(archive)} could not be compressed");

            await using var file = File.OpenRead(part);
            var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false));
            File.Move(part, archive, overwrite: true);
            return new ArchiveDigest(Convert.ToHexStringLower(content.GetHashAndReset()), digest, file.Length);
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>Unpacks an archive into a folder that exists.</summary>
    /// <exception cref="OperationException">It is damaged.</exception>
    public static async Task ExtractAsync(string archive, string directory, Tool zstd, CancellationToken cancellationToken)
    {
        var result = await LocalProcess.PipeAsync(zstd.Command("-q", "-dc", archive), null,
            (stream, token) => TarFile.ExtractToDirectoryAsync(stream, directory, overwriteFiles: false, token), null, cancellationToken).ConfigureAwait(false);
        result.OrFail($"{Path.GetFileName(archive)} could not be unpacked");
    }

    private static async Task WriteTarAsync(
        IReadOnlyList<(string Name, string Directory)> roots, PipeWriter pipe, IncrementalHash content, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            await using var hashing = new HashingStream(pipe.AsStream(leaveOpen: true), content);
            await using var tar = new TarWriter(hashing, TarEntryFormat.Gnu, leaveOpen: true);
            foreach (var (name, directory) in roots.OrderBy(root => root.Name, StringComparer.Ordinal))
                await AddAsync(tar, name, new DirectoryInfo(directory), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            failure = e;
            throw;
        }
        finally
        {
            await pipe.CompleteAsync(failure).ConfigureAwait(false);
        }
    }

    private static async Task AddAsync(TarWriter tar, string name, DirectoryInfo directory, CancellationToken cancellationToken)
    {
        var entries = directory.GetFileSystemInfos();
        Array.Sort(entries, (a, b) => string.CompareOrdinal(a.Name, b.Name));
        foreach (var entry in entries)
        {
            var path = name.Length == 0 ? entry.Name : $"{name}/{entry.Name}";
            if (entry.LinkTarget is { } target)
            {
                await WriteAsync(tar, new GnuTarEntry(TarEntryType.SymbolicLink, path) { LinkName = target }, cancellationToken).ConfigureAwait(false);
            }
            else if (entry is DirectoryInfo folder)
            {
                await WriteAsync(tar, new GnuTarEntry(TarEntryType.Directory, path + "/") { Mode = Executable }, cancellationToken).ConfigureAwait(false);
                await AddAsync(tar, path, folder, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await using var content = new FileStream(entry.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
                var executable = (entry.UnixFileMode & UnixFileMode.UserExecute) != 0;
                await WriteAsync(tar, new GnuTarEntry(TarEntryType.RegularFile, path)
                {
                    Mode = executable ? Executable : Plain,
                    DataStream = content,
                }, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static Task WriteAsync(TarWriter tar, GnuTarEntry entry, CancellationToken cancellationToken)
    {
        entry.ModificationTime = entry.AccessTime = entry.ChangeTime = DateTimeOffset.UnixEpoch;
        return tar.WriteEntryAsync(entry, cancellationToken);
    }

    private const UnixFileMode Plain = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = Plain | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Passes writes on and hashes them.</summary>
    private sealed class HashingStream(Stream inner, IncrementalHash hash) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            hash.AppendData(buffer);
            inner.Write(buffer);
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            hash.AppendData(buffer.Span);
            await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }

        public override void Flush() => inner.Flush();
        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}

/// <summary>What an archive holds and what its file is.</summary>
/// <param name="Content">SHA-256 of the uncompressed tar, lowercase hexadecimal.</param>
/// <param name="File">SHA-256 of the compressed file, lowercase hexadecimal.</param>
/// <param name="Length">Length of the compressed file in bytes.</param>
public sealed record ArchiveDigest(string Content, string File, long Length);
