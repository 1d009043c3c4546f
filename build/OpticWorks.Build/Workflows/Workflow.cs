using Nuke.Common.CI;
using Nuke.Common.Utilities;

namespace OpticWorks.Build.Workflows;

/// <summary>A workflow of GitHub Actions as data: what starts it, and its jobs.</summary>
internal sealed record Workflow(string Name, WorkflowTriggers On, params IReadOnlyList<WorkflowJob> Jobs)
{
    /// <summary>Runs of one group wait for each other; null: they do not.</summary>
    public string? Concurrency { get; init; }

    /// <summary>Whether a newer run ends an older one of its group. Never where something is changed.</summary>
    public bool CancelOlder { get; init; }
}

/// <summary>What starts a workflow.</summary>
internal sealed record WorkflowTriggers
{
    /// <summary>A push to main that changes one of these paths; null: none.</summary>
    public IReadOnlyList<string>? PushPaths { get; init; }

    /// <summary>Pull requests, and every push to main.</summary>
    public bool Changes { get; init; }

    /// <summary>Five fields, UTC; null: none.</summary>
    public string? Cron { get; init; }

    /// <summary>A person, with these inputs; null: nobody.</summary>
    public IReadOnlyList<WorkflowInput>? Inputs { get; init; }

    public void Write(CustomFileWriter writer)
    {
        writer.WriteLine("on:");
        using (writer.Indent())
        {
            if (Changes)
                writer.WriteLine("pull_request:");
            if (Changes || PushPaths is not null)
                WritePush(writer);
            if (Cron is not null)
            {
                writer.WriteLine("schedule:");
                using (writer.Indent())
                    writer.WriteLine($"- cron: '{Cron}'");
            }

            if (Inputs is not null)
                WriteInputs(writer, Inputs);
        }
    }

    private void WritePush(CustomFileWriter writer)
    {
        writer.WriteLine("push:");
        using (writer.Indent())
        {
            writer.WriteLine("branches: [main]");
            if (PushPaths is { } paths)
                writer.WriteLine($"paths: {Yaml.List(paths)}");
        }
    }

    private static void WriteInputs(CustomFileWriter writer, IReadOnlyList<WorkflowInput> inputs)
    {
        writer.WriteLine("workflow_dispatch:");
        if (inputs.Count == 0)
            return;
        using (writer.Indent())
        {
            writer.WriteLine("inputs:");
            using (writer.Indent())
            {
                foreach (var input in inputs)
                    input.Write(writer);
            }
        }
    }
}

/// <summary>What a person may say when starting a workflow.</summary>
/// <param name="Choices">The values that are allowed; none: any text.</param>
internal sealed record WorkflowInput(string Name, string Description, params IReadOnlyList<string> Choices)
{
    public bool Required { get; init; }

    public void Write(CustomFileWriter writer)
    {
        writer.WriteLine($"{Name}:");
        using (writer.Indent())
        {
            writer.WriteLine($"description: {Yaml.Value(Description)}");
            writer.WriteLine($"required: {(Required ? "true" : "false")}");
            writer.WriteLine($"type: {(Choices.Count > 0 ? "choice" : "string")}");
            if (Choices.Count > 0)
            {
                writer.WriteLine($"options: {Yaml.List(Choices)}");
                writer.WriteLine($"default: {Yaml.Value(Choices[0])}");
            }
        }
    }
}

/// <summary>One job of a workflow.</summary>
internal sealed record WorkflowJob(string Id, params IReadOnlyList<WorkflowStep> Steps)
{
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>The environment of GitHub whose secrets it gets and whose approval it waits for; null: none.</summary>
    public string? Environment { get; init; }

    /// <summary>What its token may do beside nothing, for example contents: read.</summary>
    public IReadOnlyDictionary<string, string> Permissions { get; init; } = new Dictionary<string, string> { ["contents"] = "read" };

    public required int TimeoutMinutes { get; init; }

    /// <summary>Jobs of one group wait for each other, and none ends another.</summary>
    public string? Concurrency { get; init; }

    public IReadOnlyDictionary<string, string> Outputs { get; init; } = new Dictionary<string, string>();

    public void Write(CustomFileWriter writer)
    {
        writer.WriteLine($"{Id}:");
        using (writer.Indent())
        {
            if (Needs.Count > 0)
                writer.WriteLine($"needs: {Yaml.List(Needs)}");
            writer.WriteLine("runs-on: ubuntu-latest");
            writer.WriteLine($"timeout-minutes: {TimeoutMinutes}");
            writer.Map("permissions", Permissions);
            if (Environment is not null)
                writer.WriteLine($"environment: {Yaml.Value(Environment)}");
            if (Concurrency is not null)
            {
                writer.WriteLine("concurrency:");
                using (writer.Indent())
                {
                    writer.WriteLine($"group: {Yaml.Value(Concurrency)}");
                    writer.WriteLine("cancel-in-progress: false");
                }
            }

            if (Outputs.Count > 0)
                writer.Map("outputs", Outputs);
            writer.WriteLine("steps:");
            using (writer.Indent())
            {
                foreach (var step in Steps)
                    step.Write(writer);
            }
        }
    }
}

/// <summary>Writes a workflow where NUKE writes its own.</summary>
internal sealed class WorkflowFile(Workflow workflow) : ConfigurationEntity
{
    public override void Write(CustomFileWriter writer)
    {
        writer.WriteLine($"name: {workflow.Name}");
        writer.WriteLine();
        workflow.On.Write(writer);
        writer.WriteLine();
        writer.WriteLine("permissions: {}");
        if (workflow.Concurrency is not null)
        {
            writer.WriteLine();
            writer.WriteLine("concurrency:");
            using (writer.Indent())
            {
                writer.WriteLine($"group: {Yaml.Value(workflow.Concurrency)}");
                writer.WriteLine($"cancel-in-progress: {(workflow.CancelOlder ? "true" : "false")}");
            }
        }

        writer.WriteLine();
        writer.WriteLine("jobs:");
        using (writer.Indent())
        {
            foreach (var job in workflow.Jobs)
                job.Write(writer);
        }
    }
}
