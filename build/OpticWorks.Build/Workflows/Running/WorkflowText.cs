using OpticWorks.Operations;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace OpticWorks.Build.Workflows.Running;

/// <summary>A workflow file as it stands, as far as running it needs.</summary>
internal sealed record WorkflowText(string Name, IReadOnlyDictionary<string, string> Env, IReadOnlyList<InputText> Inputs, IReadOnlyList<JobText> Jobs)
{
    /// <summary>The file's own text, to see which secrets it names.</summary>
    public required string Source { get; init; }

    /// <exception cref="OperationException">It cannot be read, or holds what this program does not know (exit 2).</exception>
    public static WorkflowText Read(string path)
    {
        try
        {
            var source = File.ReadAllText(path);
            var stream = new YamlStream();
            stream.Load(new StringReader(source));
            var root = (YamlMappingNode)stream.Documents[0].RootNode;
            return new WorkflowText(Text(root, "name") ?? Path.GetFileNameWithoutExtension(path), Map(root, "env"), InputsOf(root),
                [.. Child<YamlMappingNode>(root, "jobs")!.Children.Select(pair => Job(((YamlScalarNode)pair.Key).Value!, (YamlMappingNode)pair.Value))])
            { Source = source };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or YamlException or InvalidCastException or NullReferenceException or ArgumentException)
        {
            throw OperationException.Configuration("The workflow cannot be read", where: path, seen: e.Message, next: "./build.sh Workflows writes those that this program describes");
        }
    }

    private static JobText Job(string id, YamlMappingNode job)
    {
        foreach (var unknown in new[] { "strategy", "container", "services", "uses" }.Where(key => Child<YamlNode>(job, key) is not null))
            throw OperationException.Configuration($"The job {id} has \"{unknown}\", which RunWorkflow does not know");
        return new JobText(id,
            Child<YamlNode>(job, "needs") switch
            {
                YamlSequenceNode list => [.. list.Children.Select(item => ((YamlScalarNode)item).Value!)],
                YamlScalarNode one => [one.Value!],
                _ => [],
            },
            Child<YamlNode>(job, "environment") switch
            {
                YamlMappingNode map => Text(map, "name"),
                YamlScalarNode one => one.Value,
                _ => null,
            },
            Text(job, "if"), Map(job, "env"), Map(job, "outputs"),
            [.. Child<YamlSequenceNode>(job, "steps")!.Children.Cast<YamlMappingNode>().Select((step, i) => Step(step, i))]);
    }

    private static StepText Step(YamlMappingNode step, int index)
    {
        var (uses, run) = (Text(step, "uses"), Text(step, "run"));
        return new StepText(Text(step, "name") ?? uses ?? $"step {index + 1}", Text(step, "id"), Text(step, "if"), uses, run, Map(step, "env"), Map(step, "with"))
        {
            WorkingDirectory = Text(step, "working-directory"),
            ContinueOnError = Text(step, "continue-on-error") == "true",
            Shell = Text(step, "shell") is null or "bash" ? Text(step, "shell")
                : throw OperationException.Configuration($"The step \"{Text(step, "name")}\" wants the shell {Text(step, "shell")}, which RunWorkflow does not know"),
        };
    }

    private static IReadOnlyList<InputText> InputsOf(YamlMappingNode root) =>
        Child<YamlNode>(root, "on") is YamlMappingNode on && Child<YamlNode>(on, "workflow_dispatch") is YamlMappingNode dispatch && Child<YamlMappingNode>(dispatch, "inputs") is { } inputs
            ? [.. inputs.Children.Select(pair => (Name: ((YamlScalarNode)pair.Key).Value!, Input: (YamlMappingNode)pair.Value)).Select(one => new InputText(
                one.Name, Text(one.Input, "required") == "true", Text(one.Input, "default"),
                Child<YamlSequenceNode>(one.Input, "options")?.Children.Select(item => ((YamlScalarNode)item).Value!).ToArray() ?? []))]
            : [];

    private static T? Child<T>(YamlMappingNode node, string key)
        where T : YamlNode => node.Children.TryGetValue(new YamlScalarNode(key), out var child) ? (T)child : null;

    private static string? Text(YamlMappingNode node, string key) => Child<YamlNode>(node, key) is YamlScalarNode { Value: { } value } ? value : null;

    private static Dictionary<string, string> Map(YamlMappingNode node, string key) => Child<YamlMappingNode>(node, key)?.Children
        .ToDictionary(pair => ((YamlScalarNode)pair.Key).Value!, pair => ((YamlScalarNode)pair.Value).Value ?? "") ?? [];
}

internal sealed record InputText(string Name, bool Required, string? Default, IReadOnlyList<string> Choices);

internal sealed record JobText(
    string Id, IReadOnlyList<string> Needs, string? Environment, string? If, IReadOnlyDictionary<string, string> Env, IReadOnlyDictionary<string, string> Outputs,
    IReadOnlyList<StepText> Steps);

internal sealed record StepText(
    string Name, string? Id, string? If, string? Uses, string? Run, IReadOnlyDictionary<string, string> Env, IReadOnlyDictionary<string, string> With)
{
    public string? WorkingDirectory { get; init; }

    public bool ContinueOnError { get; init; }

    /// <summary>Null: bash without pipefail, as GitHub has it; "bash": with it.</summary>
    public string? Shell { get; init; }
}
