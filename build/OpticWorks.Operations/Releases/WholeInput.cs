using System.Globalization;
using System.Text;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Releases;

/// <summary>A small text that a command gets as its standard input. When the connection ends in its middle, a host sees no more than an early end; so the
/// command knows the length, too.</summary>
internal sealed class WholeInput(string text)
{
    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(text);

    /// <summary>In bytes, for <see cref="Arrived"/>.</summary>
    public string Length => _bytes.Length.ToString(CultureInfo.InvariantCulture);

    /// <summary><c>arrived FILE LENGTH</c> writes standard input to a file and its disk; a part of it is removed, and the script ends.</summary>
    public const string Arrived =
        """arrived() { cat > "$1"; [ "$(wc -c < "$1")" -eq "$2" ] || { rm -f -- "$1"; echo "the contents did not arrive whole" >&2; exit 65; }; sync -- "$1"; }""";

    public Task<HostResult> RunAsync(IHost host, ShellCommand command, CancellationToken cancellationToken) =>
        host.RunAsync(command, new MemoryStream(_bytes, writable: false), null, cancellationToken);
}
