using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Explanations;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.MainJob, "Explain --of DeployBackend",
    Effects = "Nothing",
    Needs = "Nothing",
    Undo = "Nothing to undo")]
internal interface IExplain : IHazOperations
{
    [Parameter("The target that Explain explains", ValueProviderType = typeof(TargetNames), ValueProviderMember = nameof(TargetNames.All))]
    string? Of => TryGetValue(() => Of);

    /// <summary>Answered by <see cref="AnswerAttribute"/>, before the engine writes anything.</summary>
    Target Explain => _ => _
        .Description("Say what a target depends on, changes, needs and undoes, without running it");
}
