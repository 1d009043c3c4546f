using System.Collections.Frozen;
using System.Net;
using System.Text.RegularExpressions;

namespace OpticWorks.Operations.Environments;

/// <summary>What a text in an environment file may hold. These texts reach ssh, unit files, HAProxy's configuration, SQL and
/// wrangler, so each takes a safe class of characters and none can begin with a hyphen.</summary>
/// <param name="Pattern">A regular expression of the whole text, in the subset that .NET and JSON Schema (ECMA 262) share.</param>
/// <param name="What">Completes "… is not".</param>
internal sealed record TextFormat(string Pattern, string What)
{
    private static readonly FrozenDictionary<SettingFormat, TextFormat> All = new Dictionary<SettingFormat, TextFormat>
    {
        [SettingFormat.Name] = new("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", "a name (lower-case letters, digits and hyphens, at most 63)"),
        [SettingFormat.HostAddress] = new("[A-Za-z0-9][A-Za-z0-9._-]{0,252}|[0-9A-Fa-f:.]{2,45}",
            "an IP address, a host name or an alias of ~/.ssh/config")
        { Also = IsAddress },
        [SettingFormat.HostAndPort] = new(@"(?:[A-Za-z0-9][A-Za-z0-9._-]{0,252}|\[[0-9A-Fa-f:.]{2,45}\]):[0-9]{1,5}",
            "host:port, for example \"redis.optic.works:6379\"")
        { Also = EndsInPort },
        [SettingFormat.UserName] = new("[a-z_][a-z0-9_-]{0,31}", "a user name (lower-case letters, digits, _ and -, at most 32)"),
        [SettingFormat.FilePath] = new(@"[^-\u0000-\u001f""'`%\\$*?;&|<>][^\u0000-\u001f""'`%\\$*?;&|<>]*",
            "a file path (no quotes, %, $, wildcards or control characters)"),
        [SettingFormat.AbsolutePath] = new("(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)+",
            "an absolute path (letters, digits, ., _ and -; no trailing slash)"),
        [SettingFormat.UrlPath] = new("/(?:[A-Za-z0-9_~][A-Za-z0-9._~-]*(?:/[A-Za-z0-9_~][A-Za-z0-9._~-]*)*/?)?",
            "a path of a URL, for example \"/health\""),
        [SettingFormat.UrlPathAndQuery] = new("/(?:[A-Za-z0-9_~][A-Za-z0-9._~-]*(?:/[A-Za-z0-9_~][A-Za-z0-9._~-]*)*/?)?(?:\\?[A-Za-z0-9._~%&=,+*:-]*)?",
            "a path of a URL, perhaps with a query, for example \"/store/products?limit=12\""),
        [SettingFormat.Origin] = new("https?://.+", "an http or https URL with nothing after its host and port") { Also = IsOrigin },
        [SettingFormat.Endpoint] = new("https?://.+", "an http or https URL without user, query and fragment") { Also = IsEndpoint },
        [SettingFormat.WorkerName] = new("[a-z0-9_][a-z0-9_-]{0,62}", "a Worker's name (lower-case letters, digits, _ and -, at most 63)"),
        [SettingFormat.AccountId] = new("[0-9a-f]{32}", "a Cloudflare account id (32 hexadecimal digits)"),
        [SettingFormat.ProxyName] = new("[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}", "an HAProxy name (letters, digits, _, . and -, at most 63)"),
        [SettingFormat.DatabaseName] = new("[a-z_][a-z0-9_-]{0,62}",
            "a PostgreSQL name (lower-case letters, digits, _ and -, at most 63)"),
        [SettingFormat.Bucket] = new("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]",
            "a bucket name (3-63 lower-case letters, digits and hyphens)"),
        [SettingFormat.KeyPrefix] = new("(?:[A-Za-z0-9_][A-Za-z0-9._-]*/)+", "a key prefix, for example \"medusa/\""),
        [SettingFormat.ShareOrCount] = new("(?:[1-9][0-9]?|100)%|[1-9][0-9]{0,3}", "a share from 1% to 100% or a number from 1"),
        [SettingFormat.VariableName] = new("[A-Za-z_][A-Za-z0-9_]{0,127}", "a variable's name (letters, digits and _)"),
        [SettingFormat.PublicVariableName] = new("NEXT_PUBLIC_[A-Za-z0-9_]{1,115}", "a public variable's name (NEXT_PUBLIC_…)"),
        [SettingFormat.SingleLine] = new(@"[^\u0000-\u001f\u007f]*", "a text of one line"),
        [SettingFormat.Cron] = new("[A-Za-z0-9*/,#-]{1,40}(?: [A-Za-z0-9*/,#-]{1,40}){4}", "a cron expression of five fields, for example \"*/15 * * * *\""),
        [SettingFormat.Duration] = new(@"[0-9]{1,6}(?:\.[0-9]{1,3})?(?:ms|s|m|h|d)", "a duration such as 500ms, 15s, 3m, 26h or 2d")
        {
            Also = text => Duration.TryParse(text, out var duration) && duration > TimeSpan.Zero,
        },
        [SettingFormat.Secret] = new(@"(?:env:[A-Za-z_][A-Za-z0-9_]*|file:[^\s].*|command:[^\s].*)", "a secret reference"),
        [SettingFormat.SecretOrText] = new(@"(?:env:[A-Za-z_][A-Za-z0-9_]*|file:[^\s].*|command:[^\s].*|text:.*)", "a secret reference"),
    }.ToFrozenDictionary();

    private const int MaximumLength = 4096;

    private readonly Regex _regex = new($@"\A(?:{Pattern})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    /// <summary>What a pattern cannot say.</summary>
    public Func<string, bool>? Also { get; init; }

    public static TextFormat Of(SettingFormat format) => All[format];

    public bool Takes(string text) => text.Length <= MaximumLength && _regex.IsMatch(text) && Also?.Invoke(text) != false;

    private static bool IsAddress(string text) => !text.Contains(':') || IPAddress.TryParse(text, out _);

    private static bool EndsInPort(string text)
    {
        var colon = text.LastIndexOf(':');
        return int.Parse(text[(colon + 1)..]) is >= 1 and <= 65535
            && (text[0] != '[' || IPAddress.TryParse(text[1..(colon - 1)], out _));
    }

    private static bool IsOrigin(string text) => IsEndpoint(text) && new Uri(text).AbsolutePath == "/";

    private static bool IsEndpoint(string text) =>
        text.All(c => c is > ' ' and < '\u007f' and not ('\\' or '"' or '\'' or '`' or '<' or '>' or '$' or '%' or '?' or '#'))
        && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        && uri.UserInfo.Length == 0 && uri.Host.Length > 0 && !text.Contains('@');
}
