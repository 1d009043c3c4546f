using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OpticWorks.Operations.Objects;

namespace OpticWorks.Acceptance.Backups;

/// <summary>What can happen to a request.</summary>
public enum Fault
{
    None,
    Status500,
    Status503,
    Status429,
    Status403,

    /// <summary>The connection is reset before the request is looked at.</summary>
    Reset,

    /// <summary>It is read and never answered.</summary>
    HalfOpen,

    /// <summary>It is read one byte a second.</summary>
    Crawl,

    /// <summary>The answer is 200, and its body an error.</summary>
    ErrorIn200,

    /// <summary>It is done, and the connection is reset instead of an answer.</summary>
    LostAnswer,
}

/// <summary>An S3 server of the tests' own on 127.0.0.1 that fails the requests it is told to.</summary>
internal sealed class FaultyStore : IDisposable
{
    public const string BucketName = "backups";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private int _requests;

    public FaultyStore()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public MemoryBucket Bucket { get; } = new();

    /// <summary>Decides about each request by its number, from 1.</summary>
    public Func<int, S3Request, Fault> Decide { get; set; } = (_, _) => Fault.None;

    /// <summary>Requests since the last <see cref="Reset"/>.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public Uri Endpoint => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>Short enough that a stuck request costs a second.</summary>
    public static RequestLimits Limits { get; } = new()
    { Stall = TimeSpan.FromSeconds(1), LeastRate = 4 << 20, FirstPause = TimeSpan.FromMilliseconds(5), LongestPause = TimeSpan.FromMilliseconds(50) };

    public ObjectStore Open(RequestLimits? limits = null) => new(Endpoint, BucketName, "key", "secret", limits ?? Limits);

    /// <summary>Empties the bucket and counts from one again.</summary>
    public void Reset()
    {
        Bucket.Clear();
        Decide = (_, _) => Fault.None;
        Volatile.Write(ref _requests, 0);
    }

    public void Recount() => Volatile.Write(ref _requests, 0);

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                _ = ServeAsync(socket);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                await using var stream = new BufferedStream(new NetworkStream(socket), 1 << 16);
                while (await ReadHeadAsync(stream) is { } head)
                {
                    if (!await ServeAsync(socket, stream, head))
                        return;
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The client has gone.
            }
        }
    }

    /// <returns>Whether the connection goes on.</returns>
    private async Task<bool> ServeAsync(Socket socket, Stream stream, (string Method, string Target, Dictionary<string, string> Headers) head)
    {
        var uri = new Uri("http://x" + head.Target);
        var query = uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2)).ToDictionary(pair => Uri.UnescapeDataString(pair[0]), pair => pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "");
        var key = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        key = key.Length > BucketName.Length ? key[(BucketName.Length + 1)..] : "";
        var request = new S3Request(head.Method, key, query, head.Headers, []);
        var fault = Decide(Interlocked.Increment(ref _requests), request);
        if (fault == Fault.Reset)
            return Abort(socket);
        var body = new byte[int.Parse(head.Headers.GetValueOrDefault("content-length", "0"), CultureInfo.InvariantCulture)];
        if (fault == Fault.Crawl)
        {
            var one = new byte[1];
            while (await stream.ReadAsync(one, _stop.Token) > 0)
                await Task.Delay(TimeSpan.FromSeconds(1), _stop.Token);
            return false;
        }

        if (head.Headers.ContainsKey("expect"))
        {
            await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), _stop.Token);
            await stream.FlushAsync(_stop.Token);
        }

        await stream.ReadExactlyAsync(body, _stop.Token);
        if (fault == Fault.HalfOpen)
            await Task.Delay(TimeSpan.FromMinutes(1), _stop.Token);
        var answer = fault switch
        {
            Fault.Status500 => S3Answer.Error(500, "InternalError"),
            Fault.Status503 => S3Answer.Error(503, "ServiceUnavailable"),
            Fault.Status429 => S3Answer.Error(429, "TooManyRequests"),
            Fault.Status403 => S3Answer.Error(403, "AccessDenied"),
            Fault.ErrorIn200 => S3Answer.Error(200, "InternalError"),
            _ => Bucket.Answer(request with { Body = body }),
        };
        if (fault == Fault.LostAnswer)
            return Abort(socket);
        var text = new StringBuilder($"HTTP/1.1 {answer.Status} X\r\nContent-Length: {answer.Body.Length}\r\nDate: {DateTime.UtcNow:R}\r\n");
        foreach (var (name, value) in answer.Headers)
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text.Append("\r\n").ToString()), _stop.Token);
        if (head.Method != "HEAD")
            await stream.WriteAsync(answer.Body, _stop.Token);
        await stream.FlushAsync(_stop.Token);
        return true;
    }

    private static bool Abort(Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
        return false;
    }

    private async Task<(string Method, string Target, Dictionary<string, string> Headers)?> ReadHeadAsync(Stream stream)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) > 0)
        {
            if (one[0] != '\n')
            {
                line.Append((char)one[0]);
                continue;
            }

            var text = line.ToString().TrimEnd('\r');
            line.Clear();
            if (text.Length > 0)
            {
                lines.Add(text);
                continue;
            }

            var words = lines[0].Split(' ');
            return (words[0], words[1], lines.Skip(1).Select(header => header.Split(": ", 2)).ToDictionary(pair => pair[0].ToLowerInvariant(), pair => pair[1]));
        }

        return null;
    }
}
