using System.Net;
using System.Text;

namespace OpticWorks.Operations.Reports;

/// <summary>A page that needs nothing else: no script, no other file, no network; readable from 360 px on, light and dark.</summary>
internal static class ReportPage
{
    /// <summary>From the document's type to the page's heading.</summary>
    /// <param name="title">Not yet escaped, without secrets.</param>
    public static StringBuilder Begin(string title) => new(
        $$"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>{{WebUtility.HtmlEncode(title)}}</title>
        <style>
        :root { color-scheme: light dark; --ink: #1c1c1c; --page: #fff; --pale: #f4f4f2; --line: #d4d4d0; --quiet: #5c5c5c; --good: #1a7a3c; --bad: #a30000;
          --one: #1668a8; --two: #c05000; --three: #a30000; --four: #6b3fa0 }
        @media (prefers-color-scheme: dark) { :root { --ink: #ddd; --page: #181818; --pale: #242424; --line: #3c3c3c; --quiet: #a4a4a4; --good: #6fcf8e; --bad: #ff8a80;
          --one: #6fb3e8; --two: #f0975a; --three: #ff8a80; --four: #bb9af0 } }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: var(--ink); background: var(--page) }
        h1 { font-size: 1.5rem; line-height: 1.25 } h2 { font-size: 1.2rem; margin: 2.2rem 0 .4rem; border-bottom: 1px solid var(--line) } h3 { font-size: 1rem; margin: 1.4rem 0 .2rem }
        pre { border-left: 4px solid var(--quiet); padding: .5rem .8rem; background: var(--pale); white-space: pre-wrap; overflow-wrap: anywhere }
        pre.good { border-color: var(--good) } pre.bad { border-color: var(--bad) } .good { color: var(--good) } .bad { color: var(--bad) } pre.good, pre.bad { color: inherit }
        .wide { overflow-x: auto } .wide td, .wide th { white-space: nowrap } .wide .words td { white-space: normal; min-width: 5rem } table { border-collapse: collapse } td, th { padding: .2rem .8rem .2rem 0; text-align: right; border-bottom: 1px solid var(--line); vertical-align: top }
        th:first-child, td:first-child, .words td, .words th { text-align: left } code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere }
        svg { width: 100%; height: auto; display: block } .axis { stroke: var(--quiet); stroke-width: .8 } .grid { stroke: var(--line) } text { font: 9.5px system-ui, sans-serif; fill: var(--quiet) }
        path { fill: none; stroke-width: 1.6; stroke: var(--one) } .limit { stroke: var(--bad); stroke-dasharray: 5 4 }
        .canary, .second { stroke: var(--two) } .stable, .first { stroke: var(--one) } .evidence, .fourth { stroke: var(--four) } .failed, .third { stroke: var(--three) }
        .key { margin: 0; font-size: .9rem } .key span { margin-right: .8rem; white-space: nowrap } .key-canary, .key-second { color: var(--two) } .key-stable, .key-first { color: var(--one) }
        .key-evidence, .key-fourth { color: var(--four) } .key-failed, .key-third { color: var(--three) }
        ol.steps { list-style: none; padding: 0; display: grid; gap: .45rem } .steps li { display: grid; grid-template-columns: minmax(13rem, 1fr) 5.5rem 2fr; gap: 0 .8rem; align-items: center }
        .steps .time { text-align: right } .track { background: var(--pale); height: .8rem; display: block } .track i { display: block; height: 100%; background: var(--one) }
        .track .undone { background: var(--two) } .track .failed { background: var(--bad) } .steps .result { grid-column: 1 / -1; color: var(--quiet); font-size: .9rem; overflow-wrap: anywhere }
        details { border-bottom: 1px solid var(--line); padding: .3rem 0 } summary { cursor: pointer }
        @media (max-width: 600px) { body { margin: 1rem auto } text { font-size: 20px } path { stroke-width: 3 } .axis { stroke-width: 1.6 }
          .steps li { grid-template-columns: 1fr 5.5rem } .track { grid-column: 1 / -1 } }
        </style></head><body>
        <h1>{{WebUtility.HtmlEncode(title)}}</h1>

        """);

    public static string End(StringBuilder page) => page.Append("</body></html>\n").ToString();
}
