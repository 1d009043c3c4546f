using System.Reflection;
using Nuke.Common.Execution;

namespace OpticWorks.Build.CommandLine;

/// <summary>What a target is for, so that help can group it, with one example of its use.</summary>
[AttributeUsage(AttributeTargets.Interface)]
internal sealed class PurposeAttribute(Purpose purpose, string example) : Attribute
{
    public Purpose Purpose { get; } = purpose;

    /// <summary>Arguments after ./build.sh.</summary>
    public string Example { get; } = example;

    /// <summary>It changes an environment, so a protected one wants its confirmation before anything runs.</summary>
    public bool Changes { get; set; }

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
