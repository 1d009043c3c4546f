using System.Text.Json;
using Nuke.Common.Execution;
using Nuke.Common.IO;

namespace Nuke.Common.ValueInjection;

/// <summary>One parameter file.</summary>
internal sealed class ParameterFile
{
    private readonly AbsolutePath _path;
    private readonly string _profile;
    private readonly JsonElement _root;

    public ParameterFile(AbsolutePath path, string profile, string text)
    {
        _path = path;
        _profile = profile;
        try
        {
            var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            _root = JsonDocument.Parse(text, options).RootElement;
        }
        catch (JsonException exception)
        {
            throw new BuildRefusal($"{path} is no valid JSON (line {exception.LineNumber + 1})");
        }

        if (_root.ValueKind != JsonValueKind.Object)
            throw new BuildRefusal($"{path} must hold one JSON object");
    }

    /// <summary>Whether the text holds at most a schema reference; then no JSON reader has to be loaded.</summary>
    public static bool IsWithoutValues(string text)
    {
        var packed = string.Concat(text.Where(character => !char.IsWhiteSpace(character)));
        return packed is "" or "{}"
            || (packed.StartsWith("{\"$schema\":\"", StringComparison.Ordinal)
                && packed.EndsWith("\"}", StringComparison.Ordinal)
                && packed.Count(character => character == '"') == 4);
    }

    public bool Find(Parameter parameter, AbsolutePath rootDirectory, out object value)
    {
        value = null;
        if (!_root.TryGetProperty(parameter.Name, out var element) || element.ValueKind == JsonValueKind.Null)
            return false;
        try
        {
            value = parameter.IsSecret
                ? Decrypt(element, parameter, rootDirectory)
                : ParameterJson.Convert(element, parameter.Type, rootDirectory);
        }
        catch (FormatException exception)
        {
            throw new BuildRefusal($"'{parameter.Name}' in {_path} {exception.Message}");
        }

        return true;
    }

    public IEnumerable<string> UnknownNames(IReadOnlyCollection<string> known) =>
        _root.EnumerateObject()
            .Select(property => property.Name)
            .Where(name => !name.StartsWith('$') && !known.Contains(name))
            .Select(name => $"'{name}' in {_path} is no parameter{NearestName.Suggestion(name, known)}");

    public bool HasLocked(string name) =>
        _root.TryGetProperty(name, out var element) && element.ValueKind == JsonValueKind.String && SecretPassword.Find(_profile) == null;

    private object Decrypt(JsonElement element, Parameter parameter, AbsolutePath rootDirectory)
    {
        if (element.ValueKind != JsonValueKind.String || !Encryption.IsEncrypted(element.GetString()))
            throw new FormatException($"is a secret and must be encrypted (a text beginning with {Encryption.Version})");
        var password = SecretPassword.Find(_profile);
        if (password == null)
            return null;
        var text = Encryption.Decrypt(element.GetString(), password)
            ?? throw new FormatException($"could not be decrypted with the password of {SecretPassword.VariableName(_profile)}");
        return ValueConverter.Single(text, parameter.Type, rootDirectory);
    }
}
