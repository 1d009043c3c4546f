#nullable disable // Also part of a project where it is enabled.
using System.Text.RegularExpressions;

namespace Nuke.Common.Tests.Api;

/// <summary>The public API of NUKE 10.1.0, read from its signatures in the form of <see cref="PublicSurface"/>.</summary>
internal sealed partial class RecordedApi
{
    private static readonly string[] Modifiers =
    [
        "public", "protected", "internal", "static", "virtual", "override", "abstract", "sealed", "const", "readonly", "delegate"
    ];

    private readonly Dictionary<string, HashSet<string>> _members = [];

    private RecordedApi(string text)
    {
        Text = text;
    }

    public string Text { get; }

    public IEnumerable<string> Types => _members.Keys;

    public static RecordedApi Read()
    {
        var api = new RecordedApi(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "nuke-10.1.0-api.txt")));
        var space = string.Empty;
        HashSet<string> current = null;
        foreach (var line in api.Text.Split('\n'))
        {
            if (line.StartsWith("// ", StringComparison.Ordinal))
                space = line[3..line.IndexOf(' ', 3)];
            else if (line.Length > 0 && line[0] is not ('{' or '}' or ' '))
                current = api.AddType(space, WithoutAttributes(line));
            else if (line.StartsWith("  ", StringComparison.Ordinal))
                current.Add(Member(line.Trim()));
        }

        return api;
    }

    public IReadOnlySet<string> MembersOf(string type) => _members.GetValueOrDefault(type);

    private HashSet<string> AddType(string space, string header)
    {
        if (header.Contains(" delegate "))
        {
            var signature = Member(header);
            var type = signature[(signature.IndexOf(' ') + 1)..signature.IndexOf('(')];
            return _members[$"{space}.{type}"] = [signature];
        }

        var match = TypeHeader().Match(header);
        var name = $"{space}.{match.Groups["name"].Value}";
        if (!_members.TryGetValue(name, out var members))
            _members[name] = members = [];
        if (match.Groups["kind"].Value == "enum")
            members.UnionWith(Split(WithoutAllAttributes(header[(header.IndexOf('{') + 1)..header.LastIndexOf('}')])));
        return members;
    }

    private static string Member(string line)
    {
        var text = WithoutAttributes(line).TrimEnd(';');
        var words = text.Split(' ').SkipWhile(word => Modifiers.Contains(word));
        text = string.Join(' ', words);
        var accessors = text.IndexOf(" { ", StringComparison.Ordinal);
        if (accessors >= 0)
            return text[..accessors] + Accessors(text[accessors..]);
        var list = ParameterList().Match(text);
        if (!list.Success)
            return WithoutDefault(text);
        var open = list.Index;
        var close = Matching(text, open);
        var parameters = Split(text[(open + 1)..close]).Select(Parameter);
        return $"{text[..open]}({string.Join(", ", parameters)})";
    }

    private static string Accessors(string text)
    {
        var get = Getter().IsMatch(text) ? " get" : string.Empty;
        return get + (Setter().IsMatch(text) ? " set" : string.Empty);
    }

    private static string Parameter(string text)
    {
        var words = WithoutDefault(WithoutAttributes(text)).Split(' ').Where(word => word is not ("this" or "params" or "out")).ToList();
        return string.Join(' ', words[..^1]);
    }

    private static string WithoutDefault(string text)
    {
        var position = text.IndexOf(" = ", StringComparison.Ordinal);
        return position < 0 ? text : text[..position];
    }

    private static string WithoutAttributes(string text)
    {
        while (text.StartsWith('['))
            text = text[(Matching(text, 0) + 1)..].Trim();
        return text;
    }

    private static string WithoutAllAttributes(string text) => Attribute().Replace(text, string.Empty);

    private static int Matching(string text, int open)
    {
        var depth = 0;
        for (var i = open; i < text.Length; i++)
        {
            depth += text[i] is '(' or '[' ? 1 : 0;
            depth -= text[i] is ')' or ']' ? 1 : 0;
            if (depth == 0)
                return i;
        }

        throw new FormatException(text);
    }

    private static IEnumerable<string> Split(string text)
    {
        var depth = 0;
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] is '(' or '[' or '<' ? 1 : 0;
            depth -= text[i] is ')' or ']' or '>' ? 1 : 0;
            if (text[i] != ',' || depth > 0)
                continue;
            yield return text[start..i].Trim();
            start = i + 1;
        }

        if (text[start..].Trim().Length > 0)
            yield return text[start..].Trim();
    }

    [GeneratedRegex(@"\b(?<kind>class|interface|enum|struct) (?<name>[\w.]+(<[\w, ]+>)?)")]
    private static partial Regex TypeHeader();

    // The parenthesis of a tuple follows a space or a bracket, that of a parameter list a name or an operator.
    [GeneratedRegex(@"(?<=[\w>=/+])\(")]
    private static partial Regex ParameterList();

    [GeneratedRegex(@"[{;] (protected internal |protected )?get;")]
    private static partial Regex Getter();

    [GeneratedRegex(@"[{;] (protected internal |protected )?(set|init);")]
    private static partial Regex Setter();

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Attribute();
}
