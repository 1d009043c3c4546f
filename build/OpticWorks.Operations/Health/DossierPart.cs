namespace OpticWorks.Operations.Health;

/// <summary>One part of a dossier.</summary>
/// <param name="Subject">The host or what else it is about.</param>
/// <param name="Text">What was seen, or why it could not be had.</param>
internal sealed record DossierPart(string Subject, string Title, string Text);
