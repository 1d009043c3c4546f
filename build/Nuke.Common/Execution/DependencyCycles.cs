namespace Nuke.Common.Execution;

/// <summary>Strongly connected components by Tarjan's algorithm (R. Tarjan, 1972): one with two or more targets is a cycle.</summary>
internal sealed class DependencyCycles
{
    private readonly Dictionary<ExecutableTarget, int> _index = [];
    private readonly Dictionary<ExecutableTarget, int> _lowest = [];
    private readonly Stack<ExecutableTarget> _open = [];
    private readonly List<List<ExecutableTarget>> _cycles = [];

    private DependencyCycles()
    {
    }

    public static void Refuse(IReadOnlyCollection<ExecutableTarget> targets)
    {
        var search = new DependencyCycles();
        foreach (var target in targets)
        {
            if (!search._index.ContainsKey(target))
                search.Visit(target);
        }

        if (search._cycles.Count == 0)
            return;
        var lines = search._cycles.Select(cycle => $" - {string.Join(", ", cycle.Select(target => target.Name))}");
        throw new BuildRefusal($"Circular dependencies between targets:\n{string.Join('\n', lines)}");
    }

    private void Visit(ExecutableTarget target)
    {
        _index[target] = _lowest[target] = _index.Count;
        _open.Push(target);
        foreach (var dependency in target.AllDependencies)
        {
            if (!_index.TryGetValue(dependency, out var index))
            {
                Visit(dependency);
                _lowest[target] = Math.Min(_lowest[target], _lowest[dependency]);
            }
            else if (_open.Contains(dependency))
            {
                _lowest[target] = Math.Min(_lowest[target], index);
            }
        }

        if (_lowest[target] == _index[target])
            Close(target);
    }

    private void Close(ExecutableTarget root)
    {
        var component = new List<ExecutableTarget>();
        do
            component.Add(_open.Pop());
        while (component[^1] != root);
        if (component.Count > 1)
            _cycles.Add(component);
    }
}
