using System.Reflection;
using System.Text;
using Nuke.Common.Utilities;
using Nuke.Common.ValueInjection;

namespace Nuke.Common.Execution;

/// <summary>The targets with what they directly depend on, and the parameters of the build and of the engine.</summary>
internal static class HelpText
{
    /// <summary>Columns of a line; longer descriptions are wrapped.</summary>
    private const int LineWidth = 80;

    private const int ShortestNameColumn = 16;

    public static string Of(NukeBuild build)
    {
        var text = new StringBuilder();
        AppendTargets(text, build.ExecutableTargets);
        AppendParameters(text, build);
        return text.ToString();
    }

    private static void AppendTargets(StringBuilder text, IReadOnlyList<ExecutableTarget> targets)
    {
        text.Append("Targets (with their direct dependencies):\n\n");
        var listed = targets.Where(target => target.Listed).ToList();
        var column = listed.Select(target => Title(target).Length).DefaultIfEmpty().Max();
        foreach (var target in listed)
        {
            var dependencies = string.Join(", ", target.ExecutionDependencies.Select(dependency => dependency.Name));
            var arrow = dependencies.Length > 0 ? $" -> {dependencies}" : string.Empty;
            text.Append($"  {Title(target).PadRight(column)}{arrow}".TrimEnd()).Append('\n');
            if (!string.IsNullOrWhiteSpace(target.Description))
                text.Append($"    {target.Description}\n");
        }
    }

    private static string Title(ExecutableTarget target) => target.IsDefault ? $"{target.Name} (default)" : target.Name;

    private static void AppendParameters(StringBuilder text, NukeBuild build)
    {
        var ofBuild = build.Injection.Parameters
            .Where(parameter => parameter.Attribute.List)
            .OrderBy(parameter => parameter.Name, StringComparer.OrdinalIgnoreCase)
            .ToList();
        var ofEngine = OfEngine().ToList();
        var names = ofBuild.Concat(ofEngine).Select(parameter => ParameterName.Dashed(parameter.Name).Length);
        var column = Math.Max(ShortestNameColumn, names.Max());

        text.Append("\nParameters:\n\n");
        foreach (var parameter in ofBuild)
            AppendParameter(text, parameter, parameter.Attribute.Description, column);
        if (ofBuild.Count > 0)
            text.Append('\n');
        var defaults = build.ExecutableTargets.Where(target => target.IsDefault).Select(target => target.Name).ToList();
        foreach (var parameter in ofEngine)
        {
            var description = parameter.Attribute.Description.Replace("{default_target}", defaults.Count > 0 ? defaults.JoinCommaSpace() : "<none>");
            AppendParameter(text, parameter, description, column);
        }

        text.Append('\n');
    }

    private static void AppendParameter(StringBuilder text, Parameter parameter, string description, int column)
    {
        var head = $"  --{ParameterName.Dashed(parameter.Name).PadRight(column)}   ";
        var lines = Wrap(Sentence(description), LineWidth - head.Length);
        text.Append(head).Append(string.Join($"\n{new string(' ', head.Length)}", lines)).Append('\n');
    }

    private static string Sentence(string description)
    {
        if (string.IsNullOrWhiteSpace(description))
            return "<no description>";
        return description.EndsWith('.') ? description : $"{description}.";
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : string.Empty).Append(word);
        }

        yield return line.ToString();
    }

    private static IEnumerable<Parameter> OfEngine() =>
        typeof(NukeBuild)
            .GetProperties(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public)
            .Where(property => property.IsDefined(typeof(ParameterAttribute)))
            .Select(property => new Parameter(property, property.GetCustomAttribute<ParameterAttribute>()))
            .Where(parameter => parameter.Attribute.List)
            .OrderBy(parameter => parameter.Name, StringComparer.Ordinal);
}
