using System.Net.Sockets;
using System.Text;

namespace OpticWorks.Operations.Rehearsal;

internal static class SshBanner
{
    /// <summary>Whether a server at this address has introduced itself as SSH (RFC 4253, section 4.2) within a second.</summary>
    public static async Task<bool> AnswersAsync(string address, int port, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(1));
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address, port, limit.Token).ConfigureAwait(false);
            var start = new byte[4];
            await client.GetStream().ReadExactlyAsync(start, limit.Token).ConfigureAwait(false);
            return Encoding.ASCII.GetString(start) == "SSH-";
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
