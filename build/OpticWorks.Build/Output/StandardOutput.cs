namespace OpticWorks.Build.Output;

/// <summary>Keeps standard output for the one JSON document when <c>--output json</c> is asked for; everything else then goes to
/// standard error.</summary>
internal static class StandardOutput
{
    /// <summary>Where the JSON document goes; null: people read along.</summary>
    public static TextWriter? Document { get; private set; }

    /// <summary>The forms of output, as they are proposed.</summary>
    public static IEnumerable<string> Forms { get; } = ["text", "json"];

    public static void Prepare(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i + 1 < arguments.Count; i++)
        {
            if (!IsOutput(arguments[i]) || !arguments[i + 1].Equals("json", StringComparison.OrdinalIgnoreCase))
                continue;
            Document = Console.Out;
            Console.SetOut(Console.Error);
            return;
        }
    }

    private static bool IsOutput(string argument) =>
        argument.StartsWith('-') && argument.Replace("-", "").Equals("output", StringComparison.OrdinalIgnoreCase);
}
