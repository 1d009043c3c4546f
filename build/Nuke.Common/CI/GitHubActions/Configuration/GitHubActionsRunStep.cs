using Nuke.Common.Utilities;

namespace Nuke.Common.CI.GitHubActions.Configuration;

/// <summary>Runs targets of the build.</summary>
public class GitHubActionsRunStep : GitHubActionsStep
{
    /// <summary>The start script, relative to the root.</summary>
    public string BuildCmdPath { get; set; }

    public string[] InvokedTargets { get; set; } = [];

    /// <summary>The variables of the step.</summary>
    public Dictionary<string, string> Imports { get; set; } = [];

    public override void Write(CustomFileWriter writer)
    {
        writer.WriteLine($"- name: {$"Run: {InvokedTargets.JoinCommaSpace()}".SingleQuote()}");
        using (writer.Indent())
        {
            writer.WriteLine($"run: ./{BuildCmdPath} {InvokedTargets.JoinSpace()}");
            if (Imports.Count == 0)
                return;
            writer.WriteLine("env:");
            using (writer.Indent())
            {
                foreach (var (key, value) in Imports)
                    writer.WriteLine($"{key}: {value}");
            }
        }
    }
}
