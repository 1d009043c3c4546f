using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Tests.Transactions;

namespace OpticWorks.Operations.Tests.Releases;

/// <summary>A "host" that is a folder of this computer and has /var/lib/opticworks in it.</summary>
internal sealed class RootedHost : IHost, IDisposable
{
    private const string Folder = "/var/lib/opticworks";

    private readonly ShellHost _host = new();

    public string Name => _host.Name;

    /// <summary>How many bytes of a command's input arrive, as when the connection ends in its middle.</summary>
    public int Arrive { get; set; } = int.MaxValue;

    /// <summary>A file's place on this computer.</summary>
    /// <param name="relative">Below /var/lib/opticworks.</param>
    public string At(string relative) => _host.At(relative);

    public async Task<HostResult> RunAsync(ShellCommand command, Stream? input = null, Action<string>? onLine = null, CancellationToken cancellationToken = default) =>
        await _host.RunAsync(Here(command), await CutAsync(input), onLine, cancellationToken);

    public async Task<HostResult> StreamAsync(
        ShellCommand command, Func<Stream, CancellationToken, Task> read, CancellationToken cancellationToken = default, Stream? input = null) =>
        await _host.StreamAsync(Here(command), read, cancellationToken, await CutAsync(input));

    public Task UploadAsync(Stream content, string path, string mode, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public void Dispose() => _host.Dispose();

    private ShellCommand Here(ShellCommand command) => ShellCommand.Of("sh", "-c", command.ToString().Replace(Folder, _host.At("."), StringComparison.Ordinal));

    private async Task<Stream?> CutAsync(Stream? input)
    {
        if (input is null)
            return null;
        using var whole = new MemoryStream();
        await input.CopyToAsync(whole);
        return new MemoryStream(whole.ToArray(), 0, (int)Math.Min(whole.Length, Arrive));
    }
}
