using OpticWorks.Operations;

namespace OpticWorks.Build.Workflows.Running;

/// <summary>What a person would type when starting a workflow.</summary>
internal static class WorkflowInputs
{
    /// <param name="given">NAME=VALUE each.</param>
    /// <exception cref="OperationException">One is unknown, missing, or none of its choices (exit 2).</exception>
    public static IReadOnlyDictionary<string, string> Of(WorkflowText workflow, IReadOnlyList<string> given)
    {
        var values = new Dictionary<string, string>();
        foreach (var pair in given)
        {
            var words = pair.Split('=', 2);
            var name = words[0];
            if (words.Length < 2)
                throw OperationException.Configuration($"\"{pair}\" is not NAME=VALUE", Example(workflow));
            if (workflow.Inputs.FirstOrDefault(input => input.Name == name) is not { } input)
                throw OperationException.Configuration($"{workflow.Name} has no input {name}", Example(workflow));
            if (input.Choices.Count > 0 && !input.Choices.Contains(words[1]))
                throw OperationException.Configuration($"{name} is none of {string.Join(", ", input.Choices)}", Example(workflow));
            values[name] = words[1];
        }

        foreach (var input in workflow.Inputs)
        {
            if (!values.ContainsKey(input.Name))
                values[input.Name] = input.Default ?? (input.Required ? throw OperationException.Configuration($"{workflow.Name} needs the input {input.Name}", Example(workflow)) : "");
        }

        return values;
    }

    private static string Example(WorkflowText workflow) => workflow.Inputs.Count == 0
        ? "leave --inputs out"
        : "--inputs " + string.Join(' ', workflow.Inputs.Where(input => input.Required).Select(input => $"{input.Name}={input.Choices.FirstOrDefault() ?? input.Name.ToUpperInvariant()}"));
}
