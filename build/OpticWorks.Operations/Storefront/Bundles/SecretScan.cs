using System.Text.RegularExpressions;

namespace OpticWorks.Operations.Storefront.Bundles;

/// <summary>A place in a file that looks like a secret. Never holds it.</summary>
/// <param name="Kind">What it is, for example "a secret key of Stripe".</param>
public sealed record SecretFinding(string File, int Line, string Kind)
{
    public override string ToString() => $"{File}, line {Line}: {Kind}";
}

/// <summary>Looks for secrets in what every browser gets.</summary>
public static partial class SecretScan
{
    /// <summary>Shannon's entropy in bits a character; random base64 of 32 characters has about 4.6, words and paths below 3.8.</summary>
    private const double RandomFrom = 4.0;

    /// <param name="known">Values of the environment's secrets by name; whatever holds one of them is a finding.</param>
    public static IEnumerable<SecretFinding> Find(string file, string text, IReadOnlyDictionary<string, string> known)
    {
        foreach (var (name, value) in known)
        {
            // A short value stands in any text by chance.
            var at = value.Length < 8 ? -1 : text.IndexOf(value, StringComparison.Ordinal);
            if (at >= 0)
                yield return new SecretFinding(file, Line(text, at), $"the value of {name}");
        }

        foreach (Match match in Forms().Matches(text))
            yield return new SecretFinding(file, Line(text, match.Index), Kind(match));
        foreach (Match match in Assignments().Matches(text))
        {
            var value = match.Groups["value"].Value;
            if (!IsPublic(value) && Entropy(value) >= RandomFrom && value.Any(char.IsAsciiDigit) && value.Any(char.IsAsciiLetter))
                yield return new SecretFinding(file, Line(text, match.Index), $"\"{match.Groups["name"].Value}\" is given a random value of {value.Length} characters");
        }
    }

    /// <summary>Shannon's entropy of the characters of a text in bits a character.</summary>
    public static double Entropy(string text) => text.Length == 0 ? 0
        : -text.GroupBy(c => c).Select(same => (double)same.Count() / text.Length).Sum(share => share * Math.Log2(share));

    /// <summary>Publishable keys are made to be seen.</summary>
    private static bool IsPublic(string value) => value.StartsWith("pk_", StringComparison.Ordinal) || Forms().IsMatch(value);

    private static string Kind(Match match) => match.Groups switch
    {
        var found when found["stripe"].Success => "a secret key of Stripe",
        var found when found["restricted"].Success => "a restricted key of Stripe",
        var found when found["hook"].Success => "a webhook's signing secret",
        var found when found["private"].Success => "a private key",
        var found when found["aws"].Success => "an access key of AWS",
        _ => "an access token",
    };

    private static int Line(string text, int index) => text.AsSpan(0, index).Count('\n') + 1;

    // The forms that their issuers document; a bare prefix, as code compares with, is none.
    [GeneratedRegex("(?<![A-Za-z0-9_])(?:(?<stripe>sk_(?:live|test)_[A-Za-z0-9]{8,})|(?<restricted>rk_(?:live|test)_[A-Za-z0-9]{8,})|(?<hook>whsec_[A-Za-z0-9+/=]{16,})"
        + "|(?<private>-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----)|(?<aws>(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9]))"
        + "|(?<token>gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40,}|xox[abprs]-[A-Za-z0-9-]{20,}|sk_[a-f0-9]{64}))", RegexOptions.CultureInvariant)]
    private static partial Regex Forms();

    [GeneratedRegex("""(?<name>[A-Za-z0-9_.-]{0,40}(?:secret|password|passwd|private_?key|api_?token|access_?token|auth_?token)[A-Za-z0-9_]{0,20})["'`]?\s*[:=]\s*["'`](?<value>[A-Za-z0-9+/=_-]{24,200})["'`]""",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Assignments();
}
