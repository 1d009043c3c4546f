namespace OpticWorks.Operations.Environments;

/// <summary>One mistake in an environment file.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Path">Where in the document, for example <c>hosts[1].port</c>; empty for a mistake of syntax.</param>
/// <param name="Text">What is wrong and what would be right. Never holds a secret.</param>
public sealed record EnvironmentMistake(int Line, string Path, string Text);
