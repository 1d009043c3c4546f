namespace OpticWorks.Operations.Environments;

/// <summary>Where a secret comes from: <c>env:NAME</c>, <c>file:PATH</c> or <c>command:PROGRAM ARGUMENTS</c>. Printing it prints
/// the reference, never the value.</summary>
public sealed record SecretReference(SecretSource Source, string Location)
{
    public override string ToString() => $"{Source.ToString().ToLowerInvariant()}:{Location}";
}

public enum SecretSource
{
    Env,
    File,
    Command,
}
