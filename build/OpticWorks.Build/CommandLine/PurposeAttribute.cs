using System.Reflection;
using Nuke.Common.Execution;

namespace OpticWorks.Build.CommandLine;

/// <summary>What a target is for, with one example of its use, so that help can group it; and what a person wants to know before
/// running it, so that Explain can tell.</summary>
[AttributeUsage(AttributeTargets.Interface)]
internal sealed class PurposeAttribute(Purpose purpose, string example) : Attribute
{
    public Purpose Purpose { get; } = purpose;

    /// <summary>Arguments after ./build.sh.</summary>
    public string Example { get; } = example;

    /// <summary>It changes an environment, so a protected one wants its confirmation before anything runs.</summary>
    public bool ChangesEnvironment { get; set; }

    /// <summary>What it changes, and where.</summary>
    public string? Effects { get; set; }

    /// <summary>What must be there: environment, secrets, rights, programs, network. Options are told apart from it.</summary>
    public string? Needs { get; set; }

    /// <summary>How a failure or Ctrl-C is undone, and what stays.</summary>
    public string? Undo { get; set; }

    public static PurposeAttribute? Of(ExecutableTarget target) =>
        target.Member?.DeclaringType?.GetCustomAttribute<PurposeAttribute>();
}

/// <summary>The groups of the help, in its order.</summary>
internal enum Purpose
{
    MainJob,
    Ship,
    Operate,
    Data,
    Local,
}
