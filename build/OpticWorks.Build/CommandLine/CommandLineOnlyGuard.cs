using System.Reflection;
using System.Text.Json;
using Nuke.Common;
using OpticWorks.Operations;

namespace OpticWorks.Build.CommandLine;

/// <summary>
/// Keeps <see cref="CommandLineOnlyAttribute"/> parameters to the command line. Ambient variables that the engine would take for one
/// are removed before the engine starts, so that a variable named ENVIRONMENT or ID never aims a command; a parameters file
/// that sets one is refused. Needs nothing of the engine: it holds on the published packages too.
/// </summary>
internal static class CommandLineOnlyGuard
{
    /// <summary>Removes the ambient variables of this process. Call it before the engine reads them.</summary>
    public static void RemoveAmbient(Type build)
    {
        foreach (var name in Ambient(Guarded(build), Environment.GetEnvironmentVariables().Keys.Cast<string>()))
            Environment.SetEnvironmentVariable(name, null);
    }

    /// <exception cref="OperationException">A parameters file sets a guarded parameter (exit 2).</exception>
    public static void CheckFiles(Type build, string rootDirectory)
    {
        var guarded = Guarded(build).Select(Plain).ToHashSet();
        var folder = Path.Combine(rootDirectory, ".nuke");
        if (!Directory.Exists(folder))
            return;
        foreach (var file in Directory.EnumerateFiles(folder, "parameters*.json"))
        {
            if (Keys(file).FirstOrDefault(key => guarded.Contains(Plain(key))) is { } key)
            {
                throw OperationException.Configuration($"{Path.GetRelativePath(rootDirectory, file)} sets {key}, which only the command line may",
                    $"remove it there; give --{key.ToLowerInvariant()} with the command");
            }
        }
    }

    /// <summary>The variables that the engine would take for one of the parameters: equal but for case and everything that is not a
    /// letter or digit, with or without a leading NUKE.</summary>
    internal static IReadOnlyList<string> Ambient(IEnumerable<string> parameters, IEnumerable<string> variables)
    {
        var names = parameters.Select(Plain).SelectMany(name => new[] { name, "nuke" + name }).ToHashSet();
        return [.. variables.Where(variable => names.Contains(Plain(variable)))];
    }

    private static IEnumerable<string> Guarded(Type build) =>
        build.GetInterfaces()
            .Where(component => component.Namespace == typeof(Targets.IHazOperations).Namespace)
            .SelectMany(component => component.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            .Where(property => property.IsDefined(typeof(CommandLineOnlyAttribute)))
            .Select(property => property.GetCustomAttribute<ParameterAttribute>()?.Name ?? property.Name);

    private static IEnumerable<string> Keys(string file)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? [.. document.RootElement.EnumerateObject().Select(property => property.Name)]
                : [];
        }
        catch (JsonException)
        {
            return []; // The engine, which reads these files, says what is wrong with it.
        }
    }

    private static string Plain(string name) => new([.. name.Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant)]);
}
