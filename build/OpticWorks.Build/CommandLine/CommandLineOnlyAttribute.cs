namespace OpticWorks.Build.CommandLine;

/// <summary>The parameter aims a dangerous command: it is read from the command line only, never from an ambient variable or a
/// parameters file.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class CommandLineOnlyAttribute : Attribute;
