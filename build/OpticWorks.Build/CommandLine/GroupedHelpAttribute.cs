using Nuke.Common;
using Nuke.Common.Execution;

namespace OpticWorks.Build.CommandLine;

/// <summary>Help for people: targets by purpose, one example each. Takes the place of the engine's alphabetical list.</summary>
internal sealed class GroupedHelpAttribute : BuildExtensionAttributeBase, IOnBuildCreated
{
    /// <summary>After the injection of parameters, before anything else.</summary>
    public override float Priority { get; set; } = 90;

    private static readonly (Purpose Purpose, string Title)[] Titles =
    [
        (Purpose.MainJob, "Main job"),
        (Purpose.Ship, "Ship"),
        (Purpose.Operate, "Operate"),
        (Purpose.Data, "Data"),
        (Purpose.Local, "Local and hosts"),
    ];

    public void OnBuildCreated(IReadOnlyCollection<ExecutableTarget> executableTargets)
    {
        if (!Build.Help)
            return;
        Write(Console.Out, executableTargets);
        Console.Out.Flush();
        Environment.Exit(0);
    }

    private void Write(TextWriter writer, IReadOnlyCollection<ExecutableTarget> targets)
    {
        writer.WriteLine("OpticWorks.Build 1.0  ·  ./build.sh <target> [--environment local|staging|production] [options]");
        foreach (var (purpose, title) in Titles)
        {
            var members = targets.Where(target => target.Listed && PurposeAttribute.Of(target)?.Purpose == purpose).ToArray();
            if (members.Length == 0)
                continue;
            writer.WriteLine();
            writer.WriteLine(title);
            foreach (var target in members)
            {
                writer.WriteLine($"  {target.Name,-18} {target.Description}");
                writer.WriteLine($"  {"",-18} ./build.sh {PurposeAttribute.Of(target)!.Example}");
            }
        }

        writer.WriteLine();
        writer.WriteLine("Options");
        foreach (var option in TargetOption.Of(Build.GetType().GetInterfaces()))
            writer.WriteLine($"  --{option.Name,-19} {option.Description}");
        writer.WriteLine();
        writer.WriteLine("Explain a target: ./build.sh Explain --of DeployBackend        Complete words: ./build.sh Completion --shell bash|zsh|fish|powershell");
        writer.WriteLine("Also: --skip, --continue, --verbosity verbose|normal|minimal|quiet, --profile, --root, --host, --plan, --no-logo, --help");
        writer.WriteLine("Exit codes: 0 done, 2 configuration, 3 locked, 4 refused by a check, 5 failed and undone, 6 failed and NOT undone,");
        writer.WriteLine("            7 inconclusive, 8 migrations pending, 9 no fresh backup, 130 interrupted and undone, 255 the engine's own");
    }
}
