using System.Globalization;

namespace OpticWorks.Operations.Traffic;

/// <summary>One request as HAProxy's ring tells it (the log-format of the store's frontend).</summary>
/// <param name="At">When it ended, milliseconds since 1970, the balancer's clock.</param>
/// <param name="Server">The server that it was sent to last; "&lt;NOSRV&gt;": none.</param>
/// <param name="Status">HTTP status as the client got it; -1: none.</param>
/// <param name="Termination">HAProxy's two letters for how it ended, "--" when nothing was wrong.</param>
/// <param name="Milliseconds">Queue, connection and response headers of the server together; the whole time when one of them is unknown.</param>
/// <param name="Path">Without its query.</param>
/// <param name="Id">Unique.</param>
public sealed record RequestLine(
    long At, string Backend, string Server, int Status, string Termination, long Milliseconds, string Method, string Path, string Id)
{
    /// <summary>A request that failed by the store's fault: an answer of 5xx, HAProxy's own included, or none from the server. That the client
    /// went away (C…) is not.</summary>
    public bool Failed => Status >= 500 || (Status <= 0 && Termination is [not ('C' or '-'), ..]);

    /// <summary>The line, or null when it is none: the ring holds HAProxy's own messages too.</summary>
    public static RequestLine? Read(string line)
    {
        // R at backend server status ts TR Tw Tc Tr Ta rc method path id
        var words = line.Split(' ');
        if (words.Length != 15 || words[0] != "R"
            || !long.TryParse(words[1], CultureInfo.InvariantCulture, out var at)
            || !int.TryParse(words[4], CultureInfo.InvariantCulture, out var status))
        {
            return null;
        }

        var waited = new[] { words[7], words[8], words[9] }.Select(Time).ToArray();
        return new RequestLine(at, words[2], words[3], status, words[5],
            waited.All(time => time >= 0) ? waited.Sum() : Math.Max(0, Time(words[10])), words[12], words[13], words[14]);
    }

    /// <summary>A plus sign marks a time that was taken before the end.</summary>
    private static long Time(string word) => long.TryParse(word.TrimStart('+'), CultureInfo.InvariantCulture, out var time) ? time : -1;
}
