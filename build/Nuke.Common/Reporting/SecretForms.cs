using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Nuke.Common.Reporting;

/// <summary>
/// The ways in which programs print a secret: as it is, its lines one by one, escaped for JSON, HTML, a URL or a quoted argument, and in
/// Base64, where each text that a secret can be part of shows it in one of three ways.
/// </summary>
internal static class SecretForms
{
    /// <summary>Shorter ones would hide ordinary words rather than a secret.</summary>
    public const int ShortestSecret = 4;

    /// <summary>Shorter lines of a longer secret, such as a closing brace, tell nothing; shorter pieces of Base64 are found by chance.</summary>
    private const int ShortestPart = 8;

    public static IEnumerable<string> Of(string secret)
    {
        if (secret == null || secret.Trim().Length < ShortestSecret)
            return [];
        var lines = secret.Split('\n').Select(line => line.Trim()).Where(line => line.Length >= ShortestPart);
        string[] plain = [secret, secret.Trim(), .. lines];
        return plain.SelectMany(text => Encoded(text).Prepend(text)).Where(form => form.Trim().Length >= ShortestSecret).Distinct();
    }

    private static IEnumerable<string> Encoded(string text)
    {
        yield return Uri.EscapeDataString(text);
        yield return PercentInLowerCase(Uri.EscapeDataString(text));
        yield return WebUtility.UrlEncode(text);
        yield return PercentInLowerCase(WebUtility.UrlEncode(text));
        yield return WebUtility.HtmlEncode(text);
        yield return JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text);
        yield return JsonEncodedText.Encode(text).ToString();
        yield return text.Replace("\"", "\\\"");
        yield return text.Replace("\\", "\\\\").Replace("\"", "\\\"");
        yield return text.Replace("'", "'\\''");
        for (var offset = 0; offset < 3; offset++)
        {
            var piece = Base64(Encoding.UTF8.GetBytes(text), offset);
            if (piece.Length < ShortestPart)
                continue;
            yield return piece;
            yield return piece.Replace('+', '-').Replace('/', '_');
            yield return Uri.EscapeDataString(piece);
        }
    }

    /// <summary>The characters that depend on nothing but the secret, when that many bytes precede it.</summary>
    private static string Base64(byte[] secret, int offset)
    {
        var all = Convert.ToBase64String([.. new byte[offset], .. secret]).TrimEnd('=');
        // Six bits a character: those that share bits with a neighbour are not known.
        var first = (offset * 8 + 5) / 6;
        var end = (offset + secret.Length) * 8 / 6;
        return all[first..Math.Max(first, end)];
    }

    private static string PercentInLowerCase(string text)
    {
        var result = text.ToCharArray();
        for (var i = 0; i + 2 < result.Length; i++)
        {
            if (result[i] != '%')
                continue;
            result[i + 1] = char.ToLowerInvariant(result[i + 1]);
            result[i + 2] = char.ToLowerInvariant(result[i + 2]);
        }

        return new string(result);
    }
}
