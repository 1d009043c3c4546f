using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace OpticWorks.Build.Workflows;

/// <summary>
/// What GitHub would accept and a release manager would not: actions that can be moved, tokens that may too much, scripts that a value can write, jobs without an
/// end, deployments that are cancelled or end without taking back.
/// </summary>
internal static partial class WorkflowCheck
{
    /// <summary>What is wrong, a line each; none: nothing.</summary>
    /// <param name="text">A workflow file.</param>
    public static IReadOnlyList<string> Of(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        var root = (YamlMappingNode)stream.Documents[0].RootNode;
        var found = new List<string>();
        if (Child(root, "permissions") is not YamlMappingNode { Children.Count: 0 })
            found.Add("permissions: the top level must be {}; each job says what it needs");
        if (text.Contains('\r'))
            found.Add("line ends: only LF");
        foreach (var line in text.Split('\n').Where(line => line.Contains(" uses: ", StringComparison.Ordinal) && !Pinned().IsMatch(line)))
            found.Add($"pin: \"{line.Trim()}\" is not OWNER/REPOSITORY@COMMIT # vX.Y.Z");
        foreach (var job in Child(root, "jobs") is YamlMappingNode jobs ? jobs.Children.AsEnumerable() : [])
            found.AddRange(OfJob(((YamlScalarNode)job.Key).Value!, (YamlMappingNode)job.Value));
        return found;
    }

    private static IEnumerable<string> OfJob(string name, YamlMappingNode job)
    {
        if (Text(job, "timeout-minutes") is null)
            yield return $"{name}: timeout-minutes is missing; GitHub's is 6 hours";
        if (Child(job, "permissions") is not YamlMappingNode permissions)
            yield return $"{name}: permissions are missing";
        else if (permissions.Children.Any(pair => pair.Value is YamlScalarNode { Value: "write" } && pair.Key is YamlScalarNode { Value: not ("deployments" or "pull-requests" or "statuses" or "contents") }))
            yield return $"{name}: permissions allow more than this suite ever needs";
        else if (Text(permissions, "contents") == "write" && Child(job, "environment") is null)
            yield return $"{name}: permissions allow more than a job without an environment needs";
        var steps = (Child(job, "steps") as YamlSequenceNode)?.Children.OfType<YamlMappingNode>().ToArray() ?? [];
        if (Child(job, "environment") is not null && (Child(job, "concurrency") is not YamlMappingNode concurrency || Text(concurrency, "cancel-in-progress") != "false"))
            yield return $"{name}: a job with an environment needs a concurrency group that cancels nothing";
        foreach (var step in steps)
        {
            var title = Text(step, "name") ?? "?";
            if (Mentions(step, "github.token") && Text(step, "run")?.StartsWith("exec ./build.cmd ", StringComparison.Ordinal) != true)
                yield return $"{name}, {title}: only the program gets the token; it hands it to nobody";
            if (Text(step, "run") is { } script)
            {
                if (script.Contains("${{", StringComparison.Ordinal))
                    yield return $"{name}, {title}: an expression stands inside a script; hand it over in env";
                if (script.Contains("./build.cmd", StringComparison.Ordinal) && !script.StartsWith("exec ", StringComparison.Ordinal) && !script.Contains("GITHUB_OUTPUT", StringComparison.Ordinal))
                    yield return $"{name}, {title}: the program must be exec'ed, or it never hears of a cancellation";
            }

            if (Text(step, "uses")?.StartsWith("actions/checkout@", StringComparison.Ordinal) == true
                && (Child(step, "with") is not YamlMappingNode with || Text(with, "persist-credentials") != "false"))
                yield return $"{name}, {title}: persist-credentials must be false";
        }

        if (steps.Any(step => Changing().IsMatch(Text(step, "run") ?? "")) && (steps.LastOrDefault() is not { } last
            || Text(last, "if") != "cancelled() || failure()" || Text(last, "run")?.Contains("Resume", StringComparison.Ordinal) != true
            || !Text(last, "run")!.Contains("--abort --own-only", StringComparison.Ordinal)))
            yield return $"{name}: it changes an environment, and its last step does not take back what it left (Resume --abort --own-only)";
    }

    private static bool Mentions(YamlMappingNode step, string expression) => new[] { "env", "with" }
        .Select(key => Child(step, key)).OfType<YamlMappingNode>().SelectMany(map => map.Children.Values).OfType<YamlScalarNode>()
        .Any(value => value.Value?.Contains(expression, StringComparison.Ordinal) == true);

    private static YamlNode? Child(YamlMappingNode node, string key) => node.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;

    private static string? Text(YamlMappingNode node, string key) => (Child(node, key) as YamlScalarNode)?.Value;

    [GeneratedRegex(@" uses: [\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")]
    private static partial Regex Pinned();

    /// <summary>The targets with a journal.</summary>
    [GeneratedRegex(@"build\.cmd [^\n]*\b(DeployBackend|Canary|Rollback|Release|DeployStorefront|RollbackStorefront|Migrate|RevertMigrations|RestoreBackup)\b")]
    private static partial Regex Changing();
}
