namespace Nuke.Common.Git;

/// <summary>The address of a remote: <c>https://host/path.git</c>, <c>ssh://user@host/path</c> or <c>user@host:path</c>.</summary>
internal sealed record GitRemoteUrl(GitProtocol Protocol, string Endpoint, string Identifier)
{
    /// <exception cref="ArgumentException">It is something else, such as a local path.</exception>
    public static GitRemoteUrl Parse(string url) => TryParse(url) ?? throw new ArgumentException($"Url '{url}' could not be parsed");

    public static GitRemoteUrl TryParse(string url)
    {
        if (Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Host.Length > 0)
        {
            var protocol = uri.Scheme == "ssh" ? GitProtocol.Ssh : GitProtocol.Https;
            var endpoint = uri.IsDefaultPort || uri.Port < 0 ? uri.Host : $"{uri.Host}:{uri.Port}";
            return new GitRemoteUrl(protocol, endpoint, Identify(uri.AbsolutePath));
        }

        var colon = url.IndexOf(':');
        if (colon <= 0 || url[..colon].Contains('/'))
            return null;
        var host = url[..colon];
        return new GitRemoteUrl(GitProtocol.Ssh, host[(host.IndexOf('@') + 1)..], Identify(url[(colon + 1)..]));
    }

    private static string Identify(string path)
    {
        const string suffix = ".git";
        var identifier = path.Trim('/');
        return identifier.EndsWith(suffix, StringComparison.Ordinal) ? identifier[..^suffix.Length] : identifier;
    }
}
