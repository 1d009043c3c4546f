namespace OpticWorks.Operations.Toolchain;

/// <summary>A step of a recipe failed; <see cref="Seen"/> holds the end of what its program printed.</summary>
internal sealed class InstallException(string message, string seen) : Exception(message)
{
    public string Seen { get; } = seen;
}
