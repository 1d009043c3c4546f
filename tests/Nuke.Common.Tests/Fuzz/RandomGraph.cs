using Nuke.Common.Execution;

namespace Nuke.Common.Tests.Fuzz;

/// <summary>A random graph of targets, written down twice: as a build defines it, and as the reference has it.</summary>
internal sealed class RandomGraph
{
    private readonly List<Action<ITargetDefinition>>[] _statements;
    private readonly Target[] _factories;
    private readonly Random _random;

    public RandomGraph(Random random)
    {
        _random = random;
        var count = random.Next(1, 13);
        Reference = new ReferenceGraph(count);
        _statements = [.. Enumerable.Range(0, count).Select(_ => new List<Action<ITargetDefinition>>())];
        _factories = [.. Enumerable.Range(0, count).Select(FactoryOf)];

        // Most graphs follow a hidden order and have no cycle; one in eight goes against it somewhere.
        var rank = Enumerable.Range(0, count).ToArray();
        random.Shuffle(rank);
        var edges = random.Next(0, count * 2 + 1);
        for (var i = 0; i < edges && count > 1; i++)
        {
            var one = random.Next(count);
            var other = (one + random.Next(1, count)) % count;
            Add(rank[one] < rank[other] ? (one, other) : (other, one));
        }

        for (var i = random.Next(8) == 0 ? random.Next(1, 4) : 0; i > 0; i--)
            Add((random.Next(count), random.Next(count)));
        Targets =
        [
            .. Enumerable.Range(0, count).Select(target => new ExecutableTarget { Name = NameOf(target), Factory = _factories[target] })
        ];
    }

    public ReferenceGraph Reference { get; }

    public ExecutableTarget[] Targets { get; }

    public static string NameOf(int target) => $"T{target}";

    private void Add((int Before, int After) edge)
    {
        var (before, after) = edge;
        switch (_random.Next(6))
        {
            case 0:
                Reference.Execution.Add(edge);
                _statements[after].Add(definition => definition.DependsOn(_factories[before]));
                break;
            case 1:
                Reference.Execution.Add(edge);
                _statements[before].Add(definition => definition.DependentFor(_factories[after]));
                break;
            case 2:
                Reference.Order.Add(edge);
                _statements[before].Add(definition => definition.Before(_factories[after]));
                break;
            case 3:
                Reference.Order.Add(edge);
                _statements[after].Add(definition => definition.After(_factories[before]));
                break;
            case 4:
                Reference.Triggers.Add(edge);
                _statements[before].Add(definition => definition.Triggers(_factories[after]));
                break;
            default:
                Reference.Triggers.Add(edge);
                _statements[after].Add(definition => definition.TriggeredBy(_factories[before]));
                break;
        }

        // Relations to a component that the build lacks change nothing.
        if (_random.Next(10) == 0)
            _statements[before].Add(definition => definition.TryDependsOn<IAbsent>(x => x.Absent).TryTriggers<IAbsent>(x => x.Absent));
    }

    private Target FactoryOf(int target) => definition =>
    {
        foreach (var statement in _statements[target])
            statement(definition);
        return definition;
    };

    internal interface IAbsent : INukeBuild
    {
        Target Absent => _ => _;
    }
}
