using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Completions;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.MainJob, "Completion --shell bash",
    Effects = "Nothing; it prints a script",
    Needs = "sh and awk where bash, zsh and fish complete with it",
    Undo = "Nothing to undo")]
internal interface ICompletion : IHazOperations
{
    /// <summary>The engine also reads the variable SHELL, which names the user's own: a good default.</summary>
    [Parameter("The shell that Completion writes a script for. Default: that of the variable SHELL",
        ValueProviderType = typeof(CompletionScript), ValueProviderMember = nameof(CompletionScript.Shells))]
    string? Shell => TryGetValue(() => Shell);

    /// <summary>Answered by <see cref="AnswerAttribute"/>, before the engine writes anything.</summary>
    Target Completion => _ => _
        .Description("Print the script that completes targets, options and their values in a shell");
}
