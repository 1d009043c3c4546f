using System.Reflection;
using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Workflows;
using OpticWorks.Operations;
using OpticWorks.Operations.Provisioning;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.MainJob, "Workflows --check",
    Effects = ".github/workflows/NAME.yml of every workflow that this program describes; with --check nothing",
    Needs = "Nothing",
    Undo = "Nothing to undo: git shows what changed")]
internal interface IWorkflows : IHazOperations
{
    [Parameter("Compare the workflow files with what would be generated, and fail where they differ")]
    bool? Check => TryGetValue<bool?>(() => Check);

    Target Workflows => _ => _
        .Description("Write the GitHub Actions workflows that this program describes")
        .Executes(() => Run(WorkflowsAsync));

    private async Task WorkflowsAsync(CancellationToken cancellationToken)
    {
        var stale = new List<string>();
        foreach (var pipeline in GetType().GetCustomAttributes<PipelineAttribute>().OrderBy(pipeline => pipeline.IdPostfix, StringComparer.Ordinal))
        {
            var (path, text) = ((string)pipeline.ConfigurationFile, pipeline.Text());
            if (WorkflowCheck.Of(text) is [var first, ..] all)
                throw new OperationException($"The workflow {pipeline.IdPostfix} breaks a rule: {first}", ExitCodes.Engine) { Seen = string.Join('\n', all), Where = path };
            var there = File.Exists(path) ? await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false) : "";
            if (there == text)
                continue;
            var name = Path.GetRelativePath(RootDirectory, path);
            if (Check == true)
            {
                stale.Add(UnifiedDiff.Of(there, text, name));
                continue;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, text, cancellationToken).ConfigureAwait(false);
            Narrator.Say("workflows", $"{name} {(there.Length == 0 ? "written" : "written anew")}");
        }

        if (stale.Count > 0)
        {
            throw new OperationException($"{(stale.Count == 1 ? "A workflow is" : $"{stale.Count} workflows are")} not what this program describes", ExitCodes.PreflightRefused)
            { Where = ".github/workflows", Seen = string.Join('\n', stale), Next = "./build.sh Workflows, then commit what it wrote" };
        }

        Narrator.Say("workflows", "every file is what this program describes");
    }
}
