using System.Collections.Concurrent;
using System.Formats.Tar;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace OpticWorks.Operations.Tests.Toolchain;

/// <summary>An npm registry in memory, in the place of the network. Faults are set by the tests.</summary>
internal sealed class FakeRegistry : HttpMessageHandler
{
    private readonly ConcurrentDictionary<string, byte[]> _answers = new();

    /// <summary>Called before each answer: may wait, throw, or give another answer.</summary>
    public Func<Uri, HttpResponseMessage?>? Fault { get; set; }

    public ConcurrentQueue<string> Requests { get; } = new();

    public int Downloads => Requests.Count(request => request.EndsWith(".tgz", StringComparison.Ordinal));

    /// <summary>A package with one executable file that prints <paramref name="output"/>.</summary>
    public string Publish(string name, string version, string file, string output)
    {
        var archive = Archive(file, $"#!/bin/sh\necho '{output}'\n");
        var integrity = "sha512-" + Convert.ToBase64String(SHA512.HashData(archive));
        _answers[$"{name}-{version}.tgz"] = archive;
        _answers[$"{name}/{version}"] = Encoding.UTF8.GetBytes(
            $$"""{ "name": "{{name}}", "dist": { "tarball": "http://registry.invalid/{{name}}-{{version}}.tgz", "integrity": "{{integrity}}" } }""");
        _answers[name] = Encoding.UTF8.GetBytes($$"""{ "versions": { "{{version}}": {}, "99.0.0-beta.1": {} } }""");
        return integrity;
    }

    /// <summary>Other bytes under the same name, as a tampering proxy would give.</summary>
    public void Replace(string end, byte[] bytes) => _answers[end] = bytes;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        Requests.Enqueue(address.AbsolutePath);
        if (Fault?.Invoke(address) is { } fault)
            return Task.FromResult(fault);
        var found = _answers.FirstOrDefault(answer => address.AbsolutePath.EndsWith("/" + answer.Key, StringComparison.Ordinal)).Value;
        return Task.FromResult(found is null
            ? new HttpResponseMessage(HttpStatusCode.NotFound)
            : new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(found) });
    }

    private static byte[] Archive(string file, string text)
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionLevel.Fastest))
        using (var tar = new TarWriter(zip))
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"package/{file}")
            {
                Mode = (UnixFileMode)0b111_101_101,
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
            });
        }

        return bytes.ToArray();
    }
}
