using Nuke.Common.Execution;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Build.Explanations;

/// <summary>What a person wants to know of a target before running it.</summary>
/// <param name="Example">The whole command.</param>
/// <param name="DependsOn">Targets that it depends on itself.</param>
/// <param name="Order">Everything that would run, in order, itself included.</param>
internal sealed record TargetExplanation(
    string Target,
    string Description,
    string? Example,
    IReadOnlyList<string> DependsOn,
    IReadOnlyList<string> Order,
    string? Changes,
    string? Needs,
    IReadOnlyList<TargetOption> Options,
    string? Undoes)
{
    private const int LabelWidth = 12;

    /// <summary>Columns of a line; longer texts are wrapped.</summary>
    private const int LineWidth = 110;

    /// <param name="targets">All targets, in order of declaration.</param>
    /// <param name="name">As typed; case and dashes do not matter.</param>
    /// <exception cref="OperationException">There is no such target (exit 255).</exception>
    public static TargetExplanation Of(IReadOnlyCollection<ExecutableTarget> targets, string? name)
    {
        var listed = targets.Where(target => target.Listed).Select(target => target.Name).Order(StringComparer.Ordinal).ToArray();
        if (string.IsNullOrWhiteSpace(name))
        {
            throw new OperationException("Explain needs the name of a target", ExitCodes.Engine)
            {
                Next = $"./build.sh Explain --of {string.Join('|', listed)}",
            };
        }

        return targets.FirstOrDefault(target => Plain(target.Name) == Plain(name)) is { } found
            ? Of(targets, found)
            : throw Unknown(name, listed);
    }

    /// <summary>As people read it.</summary>
    public string Text()
    {
        var lines = new List<string> { $"{Target}: {Description}", "" };
        if (Example is not null)
            Add("example", Example);
        Add("depends on", DependsOn.Count == 0 ? "no other target" : string.Join(", ", DependsOn));
        Add("runs", string.Join(", then ", Order));
        Add("changes", Changes ?? "not stated");
        Add("needs", Needs ?? "not stated");
        Add("undoes", Undoes ?? "not stated");
        lines.Add("");
        lines.Add("  options");
        foreach (var option in Options)
            lines.Add($"    --{option.Name,-19} {option.Description}{(option.Required ? " (required)" : "")}");
        return string.Join('\n', lines) + "\n";

        void Add(string label, string text)
        {
            foreach (var line in Wrapped(text))
            {
                lines.Add($"  {label.PadRight(LabelWidth)}{line}");
                label = "";
            }
        }
    }

    private static TargetExplanation Of(IReadOnlyCollection<ExecutableTarget> targets, ExecutableTarget target)
    {
        var purpose = PurposeAttribute.Of(target);
        return new TargetExplanation(
            target.Name,
            target.Description ?? "runs with others, not by itself",
            purpose is null || !target.Listed ? null : $"./build.sh {purpose.Example}",
            [.. target.ExecutionDependencies.Select(dependency => dependency.Name)],
            [.. RunOrder.Of(targets, target).Select(each => each.Name)],
            purpose?.Effects,
            purpose?.Needs,
            TargetOption.Of(target),
            purpose?.Undo);
    }

    private static OperationException Unknown(string name, IReadOnlyList<string> listed) =>
        new($"There is no target \"{name}\"", ExitCodes.Engine)
        {
            Seen = $"targets: {string.Join(", ", listed)}",
            Next = Nearest.To(Plain(name), listed) is { } nearest
                ? $"did you mean \"{nearest}\"? ./build.sh Explain --of {nearest}"
                : "./build.sh --help",
        };

    private static IEnumerable<string> Wrapped(string text)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && LabelWidth + line.Length + word.Length > LineWidth)
            {
                yield return line;
                line = "";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        yield return line;
    }

    private static string Plain(string name) => name.Replace("-", "").ToLowerInvariant();
}
