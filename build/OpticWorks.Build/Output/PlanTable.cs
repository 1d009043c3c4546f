using OpticWorks.Operations.Transactions;

namespace OpticWorks.Build.Output;

/// <summary>What a plan would do, step by step, and how each step would be taken back.</summary>
internal static class PlanTable
{
    public static IReadOnlyList<object> Rows(Plan plan) =>
        [.. plan.Steps.Select(step => new { step.Name, step.Subject, Undo = Undo(step) })];

    public static void Write(TextWriter writer, string title, Plan plan)
    {
        var width = plan.Steps.Max(step => step.Id.Length) + 2;
        writer.WriteLine();
        writer.WriteLine(title);
        writer.WriteLine();
        writer.WriteLine($"  {"step".PadRight(width)}undo");
        foreach (var step in plan.Steps)
            writer.WriteLine($"  {step.Id.PadRight(width)}{Undo(step)}");
        writer.WriteLine();
        writer.WriteLine("Nothing was changed.");
    }

    private static string Undo(Step step) => step.NoUndo is { } why ? $"none: {why}" : step.UndoText;
}
