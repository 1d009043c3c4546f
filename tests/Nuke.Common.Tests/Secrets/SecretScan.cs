using System.Net;
using System.Text;

namespace Nuke.Common.Tests.Secrets;

/// <summary>
/// Looks for secrets in plain, Base64 and URL-encoded form. The Base64 forms are found by experiment: what stays the same in the encoded
/// text whatever surrounds the secret.
/// </summary>
internal static class SecretScan
{
    public static IEnumerable<string> FormsOf(string secret)
    {
        yield return secret;
        foreach (var line in secret.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => line.Length > 7))
            yield return line;
        yield return Uri.EscapeDataString(secret);
        yield return WebUtility.UrlEncode(secret);
        for (var before = 0; before < 3; before++)
        {
            var form = WhatStaysTheSame(secret, before);
            yield return form;
            yield return form.Replace('+', '-').Replace('/', '_');
        }
    }

    public static IEnumerable<string> Find(string text, IEnumerable<string> secrets) =>
        from secret in secrets
        from form in FormsOf(secret)
        where text.Contains(form, StringComparison.OrdinalIgnoreCase)
        select form;

    private static string WhatStaysTheSame(string secret, int before)
    {
        var one = Encode('\u0000', secret, before);
        var other = Encode('\u007f', secret, before);
        var same = Enumerable.Range(0, one.Length).Where(i => one[i] == other[i]).ToList();
        return one[same[0]..(same[^1] + 1)];
    }

    private static string Encode(char neighbour, string secret, int before)
    {
        var after = 3 + ((6 - before - Encoding.UTF8.GetByteCount(secret) % 3) % 3);
        return Convert.ToBase64String(Encoding.UTF8.GetBytes($"{new string(neighbour, before)}{secret}{new string(neighbour, after)}")).TrimEnd('=');
    }
}
