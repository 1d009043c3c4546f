namespace OpticWorks.Operations.Transactions;

/// <summary>Steps that succeed together or are undone together. Steps of one stage run at the same time, stages one after another.</summary>
public sealed record Plan(string Operation, string Environment, IReadOnlyList<Stage> Stages)
{
    public IEnumerable<Step> Steps => Stages.SelectMany(stage => stage.Steps);

    /// <exception cref="ArgumentException">A step has neither an undo nor a reason for having none, two have the same id, or a point of no return is not alone at the end.</exception>
    public void Check()
    {
        if (Steps.FirstOrDefault(step => step.Undo is null && step.NoUndo is null) is { } bare)
            throw new ArgumentException($"The step \"{bare}\" has no undo and does not say why.");
        if (Steps.GroupBy(step => step.Id).FirstOrDefault(same => same.Count() > 1) is { } twins)
            throw new ArgumentException($"Two steps are called \"{twins.Key}\"; a journal could not tell them apart.");
        if (Steps.FirstOrDefault(step => step.PointOfNoReturn) is { } last && (Stages[^1].Steps.Count > 1 || Stages[^1].Steps[0] != last))
            throw new ArgumentException($"After \"{last}\" nothing can be taken back, so it must stand alone at the end.");
    }
}

/// <summary>Steps that may run at the same time.</summary>
/// <param name="Parallel">How many at once; 1 means one after another.</param>
public sealed record Stage(int Parallel, params IReadOnlyList<Step> Steps)
{
    /// <summary>Two rows of stages at the same time: neither waits for the other's first, and both have ended before what follows.</summary>
    /// <param name="atTheEnd">The shorter row comes with the longer one's last stages; false: with its first ones.</param>
    public static IReadOnlyList<Stage> Beside(IReadOnlyList<Stage> some, IReadOnlyList<Stage> others, bool atTheEnd)
    {
        var (longer, shorter) = some.Count >= others.Count ? (some, others) : (others, some);
        var first = atTheEnd ? longer.Count - shorter.Count : 0;
        return [.. longer.Select((stage, index) => index - first is var other && other >= 0 && other < shorter.Count ? stage.With(shorter[other]) : stage)];
    }

    private Stage With(Stage other) => new(Parallel + other.Parallel, [.. Steps, .. other.Steps]);
}
