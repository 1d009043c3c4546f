#pragma warning disable CS0169, CS0649 // The engine assigns the parameters.
using Nuke.Common.IO;

namespace Nuke.Common.Tests.Fuzz;

/// <summary>Has every kind of relation and of parameter, and remembers what has run.</summary>
internal sealed class FuzzBuild : NukeBuild
{
    /// <summary>Its targets in the order of their declaration: the names of the numbers in <see cref="Reference"/>.</summary>
    public static readonly string[] Names = ["Restore", "Compile", "Test", "Publish", "Clean", "Announce", "Audit", "DeployNow", "Überprüfen"];

    public static readonly List<string> Ran = [];

    private static readonly ReferenceGraph Graph = new(Names.Length)
    {
        Execution = { (0, 1), (1, 2), (1, 3), (6, 7), (3, 7) },
        Order = { (4, 0), (2, 3) },
        Triggers = { (3, 5) }
    };

    [Parameter] readonly string Text;
    [Parameter] readonly int Number;
    [Parameter] readonly bool Flag;
    [Parameter] readonly Verbosity? Level;
    [Parameter] readonly TimeSpan? Span;
    [Parameter] readonly AbsolutePath Folder;
    [Parameter(Separator = "+")] readonly string[] Items;
    [Parameter] readonly double[] Doubles;
    [Parameter, Secret] readonly string ApiKey;

    Target Restore => _ => _.Executes(() => Ran.Add(nameof(Restore)));
    Target Compile => _ => _.DependsOn(Restore).Executes(() => Ran.Add(nameof(Compile)));
    Target Test => _ => _.DependsOn(Compile).Executes(() => Ran.Add(nameof(Test)));
    Target Publish => _ => _.DependsOn(Compile).After(Test).Triggers(Announce).Executes(() => Ran.Add(nameof(Publish)));
    Target Clean => _ => _.Before(Restore).Executes(() => Ran.Add(nameof(Clean)));
    Target Announce => _ => _.Executes(() => Ran.Add(nameof(Announce)));
    Target Audit => _ => _.DependentFor(DeployNow).Executes(() => Ran.Add(nameof(Audit)));
    Target DeployNow => _ => _.DependsOn(Publish).Executes(() => Ran.Add(nameof(DeployNow)));
    Target Überprüfen => _ => _.Executes(() => Ran.Add(nameof(Überprüfen)));

    public static ReferenceGraph Reference => Graph;

    /// <summary>The number of <see cref="Compile"/>.</summary>
    public static int Default => 1;

    public static int Run() => Execute<FuzzBuild>(x => x.Compile);
}
