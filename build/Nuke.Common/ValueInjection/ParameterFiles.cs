using Nuke.Common.Execution;
using Nuke.Common.IO;

namespace Nuke.Common.ValueInjection;

/// <summary>
/// <c>parameters.json</c> and the files of the loaded profiles. A later profile wins over an earlier one, any profile over the
/// default file. Names are case-sensitive; paths are relative to the root directory.
/// </summary>
internal sealed class ParameterFiles(AbsolutePath nukeDirectory, AbsolutePath rootDirectory, IReadOnlyList<string> profiles)
{
    private ParameterFile[] _files;

    private ParameterFile[] Files => _files ??= Load();

    public object Find(Parameter parameter)
    {
        foreach (var file in Files)
        {
            if (file.Find(parameter, rootDirectory, out var value))
                return value;
        }

        return null;
    }

    /// <summary>The raw values of one of the engine's own parameters; null when no file has it.</summary>
    public ParameterSource FindSource(string name) => Files.Select(file => file.FindSource(name)).FirstOrDefault(source => source != null);

    /// <summary>What is wrong with the names in the files, given all that exist.</summary>
    public IEnumerable<string> UnknownNames(IReadOnlyCollection<string> known) => Files.SelectMany(file => file.UnknownNames(known));

    /// <summary>Whether a file holds a secret of that name that cannot be read without its password.</summary>
    public bool HasLocked(string name) => Files.Any(file => file.HasLocked(name));

    private ParameterFile[] Load()
    {
        var files = new List<ParameterFile>();
        foreach (var profile in profiles.Reverse())
        {
            var path = nukeDirectory / $"parameters.{profile}.json";
            if (!path.FileExists())
                throw new BuildRefusal($"Expected file to exist: {path} (profile '{profile}'){NearestName.Suggestion(profile, Existing())}");
            Add(files, path, profile);
        }

        Add(files, nukeDirectory / "parameters.json", profile: null);
        return [.. files];
    }

    /// <summary>Whether the text holds at most a schema reference; then no JSON reader has to be loaded.</summary>
    private static bool IsWithoutValues(string text)
    {
        var packed = string.Concat(text.Where(character => !char.IsWhiteSpace(character)));
        return packed is "" or "{}"
            || (packed.StartsWith("{\"$schema\":\"", StringComparison.Ordinal)
                && packed.EndsWith("\"}", StringComparison.Ordinal)
                && packed.Count(character => character == '"') == 4);
    }

    private static void Add(List<ParameterFile> files, AbsolutePath path, string profile)
    {
        if (!path.FileExists())
            return;
        var text = File.ReadAllText(path);
        if (!IsWithoutValues(text))
            files.Add(new ParameterFile(path, profile, text));
    }

    /// <summary>The names of the profiles that have a file.</summary>
    public IEnumerable<string> Existing() =>
        nukeDirectory.DirectoryExists()
            ? Directory.EnumerateFiles(nukeDirectory, "parameters.*.json")
                .Select(path => Path.GetFileName(path)["parameters.".Length..^".json".Length])
                .Order(StringComparer.Ordinal)
            : [];
}
