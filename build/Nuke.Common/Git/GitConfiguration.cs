namespace Nuke.Common.Git;

/// <summary>The sections of a git configuration file, as far as remotes and branches need them.</summary>
internal sealed class GitConfiguration
{
    private readonly List<(string Section, string Key, string Value)> _entries = [];

    public string FirstRemote =>
        _entries.Where(entry => entry.Section.StartsWith("remote.", StringComparison.Ordinal))
            .Select(entry => entry.Section["remote.".Length..])
            .OrderByDescending(name => name == "origin")
            .FirstOrDefault();

    public static GitConfiguration Read(string file)
    {
        var configuration = new GitConfiguration();
        if (!File.Exists(file))
            return configuration;
        var section = string.Empty;
        foreach (var line in File.ReadLines(file).Select(line => line.Trim()))
        {
            var equals = line.IndexOf('=');
            if (line.StartsWith('['))
                section = SectionOf(line.Trim('[', ']'));
            else if (equals > 0)
                configuration._entries.Add((section, line[..equals].Trim(), line[(equals + 1)..].Trim().Trim('"')));
        }

        return configuration;
    }

    public string Find(string section, string key) =>
        _entries.LastOrDefault(entry => entry.Section == section && entry.Key.Equals(key, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary><c>remote "origin"</c> as <c>remote.origin</c>.</summary>
    private static string SectionOf(string header)
    {
        var space = header.IndexOf(' ');
        return space < 0 ? header : $"{header[..space]}.{header[(space + 1)..].Trim('"')}";
    }
}
