namespace OpticWorks.Operations.Rehearsal;

/// <summary>The mirror that this computer already takes its Debian packages from.</summary>
internal static class DebianMirror
{
    /// <summary>Its address; null on a computer that does not run Debian, where debootstrap's own default is used.</summary>
    public static string? Find(string folder = "/etc/apt")
    {
        var parts = Path.Combine(folder, "sources.list.d");
        var files = new[] { Path.Combine(folder, "sources.list") }
            .Concat(Directory.Exists(parts) ? Directory.EnumerateFiles(parts).Order(StringComparer.Ordinal) : [])
            .Where(File.Exists);
        return files.SelectMany(file => FromLines(File.ReadLines(file))).FirstOrDefault();
    }

    /// <summary>Mirrors named by a sources file in either of apt's formats (sources.list(5)): an archive whose path ends in /debian.</summary>
    public static IEnumerable<string> FromLines(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 1 && words[0] is "URIs:" or "deb" or "deb-src")
            {
                foreach (var word in words.Skip(1))
                {
                    if (Uri.TryCreate(word, UriKind.Absolute, out var uri) && uri.AbsolutePath.TrimEnd('/').EndsWith("/debian", StringComparison.Ordinal))
                        yield return word.TrimEnd('/');
                }
            }
        }
    }
}
