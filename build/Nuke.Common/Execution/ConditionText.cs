namespace Nuke.Common.Execution;

/// <summary>The condition as the author wrote it, without the head of its lambda.</summary>
internal static class ConditionText
{
    private const string Head = "() =>";

    public static string Of(string expression)
    {
        var text = expression?.Trim() ?? "condition";
        return text.StartsWith(Head, StringComparison.Ordinal) ? text[Head.Length..].Trim() : text;
    }
}
