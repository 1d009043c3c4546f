namespace OpticWorks.Operations.Environments;

/// <summary>Gathers the mistakes of one file.</summary>
internal sealed class Mistakes
{
    private readonly List<EnvironmentMistake> _mistakes = [];

    /// <summary>By line; mistakes of one line stay in the order in which they were found.</summary>
    public IReadOnlyList<EnvironmentMistake> Ordered => [.. _mistakes.OrderBy(mistake => mistake.Line)];

    public bool Any => _mistakes.Count > 0;

    public void Add(int line, string path, string text) => _mistakes.Add(new EnvironmentMistake(line, path, text));

    public void Add(JsonPlace place, string text) => Add(place.Line, place.Path, text);
}
