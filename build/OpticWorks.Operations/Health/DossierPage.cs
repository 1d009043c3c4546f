using System.Globalization;
using System.Net;
using System.Text;

namespace OpticWorks.Operations.Health;

/// <summary>A dossier as one HTML file that needs nothing else: no script, no other file, no network. Pure.</summary>
internal static class DossierPage
{
    /// <summary>More of a part is cut off at its beginning: what happened last matters most.</summary>
    internal const int MostCharacters = 200_000;

    /// <param name="scrub">Takes secrets out; every text goes through it before it is escaped.</param>
    public static string Html(string title, string why, DateTimeOffset since, DateTimeOffset made, IReadOnlyList<DossierPart> parts, Func<string, string> scrub)
    {
        var subjects = parts.Select(part => part.Subject).Distinct().ToList();
        var page = new StringBuilder(
            $$"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>{{Text(title)}}</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem; color: #1c1c1c; background: #fff }
            h1 { font-size: 1.5rem } h2 { font-size: 1.2rem; margin-top: 2.5rem; border-bottom: 2px solid #ccc } h3 { font-size: 1rem; margin-bottom: .3rem }
            pre { font: 13px/1.45 ui-monospace, monospace; background: #f4f4f2; padding: .7rem; overflow: auto; max-height: 40rem; margin: 0 }
            pre.why { border-left: 4px solid #a30000; white-space: pre-wrap } pre.missing { color: #a30000 } nav a { margin-right: 1rem }
            @media (prefers-color-scheme: dark) { body { color: #ddd; background: #181818 } pre { background: #242424 } a { color: #8ab4f8 } pre.missing { color: #ff8a80 } }
            </style></head><body>
            <h1>{{Text(title)}}</h1>
            <p>Collected {{Time(made)}}; logs since {{Time(since)}}.</p>
            <pre class="why">{{Text(why)}}</pre>

            """);
        page.Append("<nav>").AppendJoin(' ', subjects.Select((subject, number) => $"<a href=\"#s{number}\">{Text(subject)}</a>")).Append("</nav>\n");
        for (var number = 0; number < subjects.Count; number++)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2 id=\"s{number}\">{Text(subjects[number])}</h2>\n");
            foreach (var part in parts.Where(part => part.Subject == subjects[number]))
            {
                var missing = part.Text.StartsWith(Dossier.Missing, StringComparison.Ordinal) ? " class=\"missing\"" : "";
                page.Append(CultureInfo.InvariantCulture, $"<h3>{Text(part.Title)}</h3>\n<pre{missing}>{Text(part.Text)}</pre>\n");
            }
        }

        return page.Append("</body></html>\n").ToString();

        string Text(string text) => WebUtility.HtmlEncode(Printable(Cut(scrub(text))));
    }

    private static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    private static string Cut(string text) =>
        text.Length <= MostCharacters ? text : $"… {text.Length - MostCharacters} characters before this were cut off\n{text[^MostCharacters..]}";

    /// <summary>HTML knows no control characters but line breaks and tabs.</summary>
    private static string Printable(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? '\uFFFD' : c));
}
