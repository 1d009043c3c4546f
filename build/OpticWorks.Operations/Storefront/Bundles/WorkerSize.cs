using System.IO.Compression;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Storefront.Bundles;

/// <summary>What Cloudflare lets a Worker weigh (developers.cloudflare.com/workers/platform/limits).</summary>
/// <param name="Compressed">Bytes of its code after gzip.</param>
/// <param name="Files">Static files.</param>
/// <param name="LargestFile">Bytes of the largest of them.</param>
public sealed record WorkerSize(long Compressed, int Files, long LargestFile)
{
    private const long Mebibyte = 1 << 20;

    /// <summary>Every limit that it exceeds.</summary>
    public IEnumerable<string> Excesses(WorkerPlan plan)
    {
        var (code, files) = plan == WorkerPlan.Paid ? (10 * Mebibyte, 100_000) : (3 * Mebibyte, 20_000);
        if (Compressed > code)
            yield return FormattableString.Invariant($"its code is {Compressed / (double)Mebibyte:0.00} MiB compressed; the {Name(plan)} plan takes {code / Mebibyte} MiB");
        if (Files > files)
            yield return FormattableString.Invariant($"it has {Files} static files; the {Name(plan)} plan takes {files}");
        if (LargestFile > 25 * Mebibyte)
            yield return FormattableString.Invariant($"its largest static file is {LargestFile / (double)Mebibyte:0.0} MiB; 25 MiB are taken");
    }

    /// <param name="codeFolder">What wrangler would upload, without source maps.</param>
    public static WorkerSize Measure(string codeFolder, string assetFolder)
    {
        var code = Directory.EnumerateFiles(codeFolder, "*", SearchOption.AllDirectories)
            .Where(path => !path.EndsWith(".map", StringComparison.Ordinal) && Path.GetFileName(path) != "README.md").Sum(Gzipped);
        var files = Directory.Exists(assetFolder)
            ? Directory.EnumerateFiles(assetFolder, "*", SearchOption.AllDirectories).Select(path => new FileInfo(path).Length).ToArray()
            : [];
        return new WorkerSize(code, files.Length, files.DefaultIfEmpty().Max());
    }

    private static long Gzipped(string path)
    {
        using var counter = new CountingStream();
        using (var gzip = new GZipStream(counter, CompressionLevel.Optimal, leaveOpen: true))
        using (var file = File.OpenRead(path))
            file.CopyTo(gzip);
        return counter.Bytes;
    }

    private static string Name(WorkerPlan plan) => plan == WorkerPlan.Paid ? "paid" : "free";

    private sealed class CountingStream : Stream
    {
        public long Bytes { get; private set; }
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => Bytes;
        public override long Position { get => Bytes; set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => Bytes += count;
    }
}
