using System.Text.Json;
using Nuke.Common.Execution;
using Nuke.Common.IO;

namespace Nuke.Common.ValueInjection;

/// <summary>One parameter file.</summary>
internal sealed class ParameterFile
{
    private readonly AbsolutePath _path;
    private readonly string _profile;
    // The document rather than its element: the element's layout would load the JSON reader with this class.
    private readonly JsonDocument _document;

    public ParameterFile(AbsolutePath path, string profile, string text)
    {
        _path = path;
        _profile = profile;
        try
        {
            var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            _document = JsonDocument.Parse(text, options);
        }
        catch (JsonException exception)
        {
            throw new BuildRefusal($"{path} is no valid JSON (line {exception.LineNumber + 1})");
        }

        if (Root.ValueKind != JsonValueKind.Object)
            throw new BuildRefusal($"{path} must hold one JSON object");
    }

    private JsonElement Root => _document.RootElement;

    public bool Find(Parameter parameter, AbsolutePath rootDirectory, out object value)
    {
        value = null;
        if (!Root.TryGetProperty(parameter.Name, out var element) || element.ValueKind == JsonValueKind.Null)
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
        Root.EnumerateObject()
            .Select(property => property.Name)
            .Where(name => !name.StartsWith('$') && !known.Contains(name))
            .Select(name => $"'{name}' in {_path} is no parameter that a file can set{NearestName.Suggestion(name, known)}");

    public ParameterSource FindSource(string name)
    {
        if (!Root.TryGetProperty(name, out var element))
            return null;
        var values = element.ValueKind switch
        {
            JsonValueKind.String => [element.GetString()],
            JsonValueKind.Array => element.EnumerateArray().Select(item => item.ToString()).ToArray(),
            _ => [element.GetRawText()]
        };
        return new ParameterSource($"'{name}' in {_path}", values);
    }

    public bool HasLocked(string name) =>
        Root.TryGetProperty(name, out var element) && element.ValueKind == JsonValueKind.String && SecretPassword.Find(_profile) == null;

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
