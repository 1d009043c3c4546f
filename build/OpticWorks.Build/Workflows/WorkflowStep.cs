using Nuke.Common.Utilities;

namespace OpticWorks.Build.Workflows;

/// <summary>One step of a job.</summary>
/// <param name="Name">As GitHub shows it.</param>
internal abstract record WorkflowStep(string Name)
{
    /// <summary>When it runs; null: when everything before it succeeded.</summary>
    public string? If { get; init; }

    public string? Id { get; init; }

    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    public void Write(CustomFileWriter writer)
    {
        writer.WriteLine($"- name: {Yaml.Value(Name)}");
        using (writer.Indent())
        {
            if (Id is not null)
                writer.WriteLine($"id: {Id}");
            if (If is not null)
                writer.WriteLine($"if: {Yaml.Value(If)}");
            WriteBody(writer);
            if (Env.Count > 0)
                writer.Map("env", Env);
        }
    }

    protected abstract void WriteBody(CustomFileWriter writer);
}

/// <summary>A published action.</summary>
internal sealed record ActionStep(string Name, ActionPin Action) : WorkflowStep(Name)
{
    public IReadOnlyDictionary<string, string> With { get; init; } = new Dictionary<string, string>();

    protected override void WriteBody(CustomFileWriter writer)
    {
        writer.WriteLine($"uses: {Action}");
        if (With.Count > 0)
            writer.Map("with", With);
    }
}

/// <summary>A script. Values come in as variables: an expression inside a script would let whoever writes the value write the script.</summary>
internal sealed record ScriptStep(string Name, params IReadOnlyList<string> Lines) : WorkflowStep(Name)
{
    protected override void WriteBody(CustomFileWriter writer)
    {
        if (Lines is [var only])
        {
            writer.WriteLine($"run: {Yaml.Value(only)}");
            return;
        }

        writer.WriteLine("run: |");
        using (writer.Indent())
        {
            foreach (var line in Lines)
                writer.WriteLine(line);
        }
    }
}
