using Nuke.Common.Tooling;
using Nuke.Common.Utilities;

namespace Nuke.Common.CI.GitHubActions.Configuration;

/// <summary>A workflow file.</summary>
public class GitHubActionsConfiguration : ConfigurationEntity
{
    public string Name { get; set; }

    public GitHubActionsTrigger[] ShortTriggers { get; set; } = [];

    public GitHubActionsDetailedTrigger[] DetailedTriggers { get; set; } = [];

    /// <summary>What the token may do, and how: <c>read</c> or <c>write</c>.</summary>
    public (GitHubActionsPermissions Type, string Permission)[] Permissions { get; set; } = [];

    public string ConcurrencyGroup { get; set; }

    public bool ConcurrencyCancelInProgress { get; set; }

    public GitHubActionsJob[] Jobs { get; set; } = [];

    public override void Write(CustomFileWriter writer)
    {
        writer.WriteLine($"name: {Name}");
        writer.WriteLine();
        WriteTriggers(writer);
        WritePermissions(writer);
        if (GitHubActionsConcurrency.IsSet(ConcurrencyGroup, ConcurrencyCancelInProgress))
        {
            writer.WriteLine();
            GitHubActionsConcurrency.Write(writer, ConcurrencyGroup, ConcurrencyCancelInProgress);
        }

        writer.WriteLine();
        writer.WriteLine("jobs:");
        using (writer.Indent())
        {
            foreach (var job in Jobs)
                job.Write(writer);
        }
    }

    private void WriteTriggers(CustomFileWriter writer)
    {
        if (ShortTriggers.Length > 0)
        {
            writer.WriteLine($"on: [{ShortTriggers.Select(trigger => trigger.GetValue()).JoinCommaSpace()}]");
            return;
        }

        writer.WriteLine("on:");
        using (writer.Indent())
        {
            foreach (var trigger in DetailedTriggers)
                trigger.Write(writer);
        }
    }

    private void WritePermissions(CustomFileWriter writer)
    {
        if (Permissions.Length == 0)
            return;
        writer.WriteLine();
        writer.WriteLine("permissions:");
        using (writer.Indent())
        {
            foreach (var (type, permission) in Permissions)
                writer.WriteLine($"{type.GetValue()}: {permission}");
        }
    }
}
