namespace OpticWorks.Operations.Transactions;

/// <summary>Steps that succeed together or are undone together. Steps of one stage run at the same time, stages one after another (but for those of rows).</summary>
public sealed record Plan(string Operation, string Environment, IReadOnlyList<Stage> Stages)
{
    public IEnumerable<Step> Steps => Stages.SelectMany(stage => stage.AllSteps);

    /// <summary>The same plan with other steps in the places of its own, for example with somebody who looks on.</summary>
    public Plan With(Func<Step, Step> change) => this with { Stages = [.. Stages.Select(stage => stage.With(change))] };

    /// <exception cref="ArgumentException">A step has neither an undo nor a reason for having none, two have the same id, or a point of no return is not alone at the end.</exception>
    public void Check()
    {
        if (Steps.FirstOrDefault(step => step.Undo is null && step.NoUndo is null) is { } bare)
            throw new ArgumentException($"The step \"{bare}\" has no undo and does not say why.");
        if (Steps.GroupBy(step => step.Id).FirstOrDefault(same => same.Count() > 1) is { } twins)
            throw new ArgumentException($"Two steps are called \"{twins.Key}\"; a journal could not tell them apart.");
        if (Steps.FirstOrDefault(step => step.PointOfNoReturn) is { } last && !Stages[^1].AllSteps.SequenceEqual([last]))
            throw new ArgumentException($"After \"{last}\" nothing can be taken back, so it must stand alone at the end.");
    }
}

/// <summary>Steps that may run at the same time.</summary>
/// <param name="Parallel">How many at once; 1 means one after another.</param>
/// <param name="Steps">In the order in which they begin; none where there are rows.</param>
public sealed record Stage(int Parallel, params IReadOnlyList<Step> Steps)
{
    /// <summary>Rows of stages instead of steps: the rows run at the same time, the stages of each one after another; undone, each row goes back from its end.</summary>
    public IReadOnlyList<IReadOnlyList<Stage>> Rows { get; private init; } = [];

    /// <summary>Asked when the stage begins: the subjects of steps that begin before the others; null: as they stand.</summary>
    public Func<CancellationToken, Task<IReadOnlySet<string>>>? First { get; init; }

    /// <summary>Its own steps, or those of its rows.</summary>
    public IEnumerable<Step> AllSteps => Steps.Concat(Rows.SelectMany(row => row).SelectMany(stage => stage.AllSteps));

    /// <summary>Rows of stages at the same time: none waits for another, and all have ended before what follows.</summary>
    public static IReadOnlyList<Stage> Beside(params IEnumerable<IReadOnlyList<Stage>> rows)
    {
        IReadOnlyList<Stage>[] some = [.. rows.Where(row => row.Count > 0)];
        return some.Length > 1 ? [new Stage(0) { Rows = some }] : [.. some.SelectMany(row => row)];
    }

    /// <summary>The same stage with other steps in the places of its own.</summary>
    public Stage With(Func<Step, Step> change) =>
        this with { Steps = [.. Steps.Select(change)], Rows = [.. Rows.Select(row => (IReadOnlyList<Stage>)[.. row.Select(stage => stage.With(change))])] };
}
