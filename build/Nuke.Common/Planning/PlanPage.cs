using System.Net;
using System.Text;
using Nuke.Common.Execution;

namespace Nuke.Common.Planning;

/// <summary>
/// The targets as one HTML file that needs nothing else: an SVG drawing, and a few lines of script that highlight what runs when a target is
/// invoked.
/// </summary>
internal static class PlanPage
{
    private const string Style = """
        :root { color-scheme: light dark; --line: #8a8f98; --box: #f4f5f7; --text: #1c1e21; --on: #0b66c3; }
        @media (prefers-color-scheme: dark) { :root { --box: #2a2d31; --text: #e8eaed; --on: #6cb2ff; } }
        body { font: 14px system-ui, sans-serif; margin: 24px; }
        svg { font: 13px ui-monospace, monospace; }
        rect { fill: var(--box); stroke: var(--line); rx: 6px; }
        text { fill: var(--text); text-anchor: middle; dominant-baseline: central; }
        path { fill: none; stroke: var(--line); stroke-width: 1.2; }
        marker path { fill: var(--line); stroke: none; }
        path.order { stroke-dasharray: 4 4; }
        path.trigger { stroke-width: 3; }
        .on rect { stroke: var(--on); stroke-width: 2.5; }
        path.on { stroke: var(--on); }
        g.target { cursor: pointer; outline: none; }
        ol { columns: 3; }
        """;

    private const string Script = """
        const targets = [...document.querySelectorAll('g.target')], lines = [...document.querySelectorAll('path.edge')];
        const list = document.getElementById('plan'), title = document.getElementById('title');
        const start = document.body.dataset.plan.split(' ').filter(Boolean);
        function show(name, plan) {
          for (const target of targets) target.classList.toggle('on', plan.includes(target.dataset.name));
          for (const line of lines) line.classList.toggle('on', plan.includes(line.dataset.from) && plan.includes(line.dataset.to));
          title.textContent = name;
          list.replaceChildren(...plan.map(text => Object.assign(document.createElement('li'), { textContent: text })));
        }
        for (const target of targets)
          for (const event of ['mouseenter', 'focus'])
            target.addEventListener(event, () => show('Invoking ' + target.dataset.name + ' runs', target.dataset.plan.split(' ')));
        document.querySelector('svg').addEventListener('mouseleave', () => show('This invocation runs', start));
        show('This invocation runs', start);
        """;

    public static string Of(IReadOnlyCollection<ExecutableTarget> targets, IReadOnlyCollection<ExecutableTarget> executionPlan)
    {
        var layout = new PlanLayout(targets);
        var page = new StringBuilder();
        page.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Execution plan</title>\n");
        page.Append($"<style>\n{Style}\n</style>\n</head>\n<body data-plan=\"{Names(executionPlan)}\">\n<h1>Execution plan</h1>\n");
        page.Append("<p>Solid: needs it and runs after it. Dashed: runs after it, if both run. Thick: is triggered by it.</p>\n");
        page.Append($"<svg width=\"{layout.Width}\" height=\"{layout.Height}\" role=\"img\" aria-label=\"Targets and their relations\">\n");
        page.Append("<defs><marker id=\"end\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" ");
        page.Append("markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0 8 4 0 8z\"/></marker></defs>\n");
        foreach (var target in targets)
        {
            AppendLines(page, layout, target, target.ExecutionDependencies, "execution");
            AppendLines(page, layout, target, target.OrderDependencies, "order");
            AppendLines(page, layout, target, target.TriggerDependencies, "trigger");
        }

        foreach (var target in targets)
            AppendTarget(page, layout[target], target, ExecutionPlanner.Plan(targets, [target]));
        page.Append($"</svg>\n<h2 id=\"title\"></h2>\n<ol id=\"plan\"></ol>\n<script>\n{Script}\n</script>\n</body>\n</html>\n");
        return page.ToString();
    }

    private static void AppendTarget(StringBuilder page, PlanLayout.Box box, ExecutableTarget target, IEnumerable<ExecutableTarget> plan)
    {
        var name = Encode(target.Name);
        page.Append($"<g class=\"target\" tabindex=\"0\" data-name=\"{name}\" data-plan=\"{Names(plan)}\">");
        if (!string.IsNullOrWhiteSpace(target.Description))
            page.Append($"<title>{Encode(target.Description)}</title>");
        page.Append($"<rect x=\"{box.X}\" y=\"{box.Y}\" width=\"{box.Width}\" height=\"{box.Height}\"/>");
        page.Append($"<text x=\"{box.X + (box.Width / 2)}\" y=\"{box.Middle}\">{name}</text></g>\n");
    }

    private static void AppendLines(
        StringBuilder page,
        PlanLayout layout,
        ExecutableTarget target,
        IEnumerable<ExecutableTarget> dependencies,
        string kind)
    {
        var end = layout[target];
        foreach (var dependency in dependencies)
        {
            var start = layout[dependency];
            var bend = (end.X - start.Right) / 2;
            page.Append($"<path class=\"edge {kind}\" data-from=\"{Encode(dependency.Name)}\" data-to=\"{Encode(target.Name)}\" ");
            page.Append($"marker-end=\"url(#end)\" d=\"M{start.Right} {start.Middle}C{start.Right + bend} {start.Middle} ");
            page.Append($"{end.X - bend} {end.Middle} {end.X} {end.Middle}\"/>\n");
        }
    }

    private static string Names(IEnumerable<ExecutableTarget> targets) => Encode(string.Join(' ', targets.Select(target => target.Name)));

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
