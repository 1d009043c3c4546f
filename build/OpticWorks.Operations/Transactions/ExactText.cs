using System.Text;
using OpticWorks.Operations.Hosts;

namespace OpticWorks.Operations.Transactions;

/// <summary>Reads a command's output byte by byte: where a missing last newline or a stray byte says something.</summary>
internal static class ExactText
{
    /// <returns>The text has a character a byte (Latin-1).</returns>
    public static async Task<(HostResult Result, string Text)> ReadExactlyAsync(this IHost host, ShellCommand command, CancellationToken cancellationToken)
    {
        var text = "";
        var result = await host.StreamAsync(command, async (stream, _) =>
        {
            using var reader = new StreamReader(stream, Encoding.Latin1, detectEncodingFromByteOrderMarks: false);
            text = await reader.ReadToEndAsync(CancellationToken.None).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
        return (result, text);
    }
}
