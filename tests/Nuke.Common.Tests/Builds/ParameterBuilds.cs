#pragma warning disable CS0649 // The engine assigns the parameters.
using Nuke.Common.Execution;
using Nuke.Common.Git;
using Nuke.Common.IO;
using Serilog;

namespace Nuke.Common.Tests.Builds;

/// <summary>Prints what its parameters hold.</summary>
internal sealed class WithParameters : NukeBuild, IHasAws
{
    [Parameter] readonly string Greeting = "hello";
    [Parameter] readonly string[] Names = [];
    [Parameter(Separator = "+")] readonly string[] Plus = [];
    [Parameter] readonly int? Number;
    [Parameter] readonly bool Flag;
    [Parameter] readonly Env? Environment;
    [Parameter] readonly TimeSpan? Span;
    [Parameter] readonly AbsolutePath OutDir;
    [Parameter] readonly Dictionary<string, int> Table;
    [Parameter][Secret] readonly string ApiKey;
    [Parameter] bool IsSet { get; set; }
    [Parameter] string GetOnly { get; } = "initial";
    [Parameter(ValueProviderMember = nameof(Places))] readonly string Place;

    static IEnumerable<string> Places => ["dev", "prod"];

    Target Show => _ => _.Executes(() => Log.Information(
        "greeting={G} names={N} plus={P} number={I} flag={F} environment={E} span={S} out={O} table={T} set={X} get={Y} place={L} region={R}",
        Greeting,
        string.Join('|', Names),
        string.Join('|', Plus),
        Number,
        Flag,
        Environment,
        Span,
        OutDir?.ToString(),
        Table?.Sum(entry => entry.Value),
        IsSet,
        GetOnly,
        Place,
        ((IHasAws)this).Region));

    Target ShowKey => _ => _.Executes(() => Log.Information("key has {Length} letters: {Key}", ApiKey?.Length, ApiKey));
    Target NeedsKey => _ => _.Requires(() => ApiKey).Executes(() => Log.Information("runs"));
    Target NeedsCaptured => _ =>
    {
        var captured = "captured";
        return _.Requires(() => ApiKey).Requires(() => captured != null && ApiKey != captured).Executes(() => Log.Information(captured));
    };

    Target NeedsBoth => _ => _.Requires(() => ApiKey).Requires(() => Number).Executes(() => Log.Information("runs"));

    public static int Run() => Execute<WithParameters>(x => x.Show);
}

/// <summary>As a suite does it: a parameter that ignores the environment.</summary>
internal sealed class CommandLineOnlyAttribute(string description = null) : ParameterAttribute(description)
{
    public override object GetValue(System.Reflection.MemberInfo member, object instance) =>
        EnvironmentInfo.GetNamedArgument<string>(Name ?? member.Name);
}

internal interface IHasPlace : INukeBuild
{
    [CommandLineOnly] string Place => TryGetValue(() => Place);

    [Parameter] int? Count => TryGetValue<int?>(() => Count);
}

internal sealed class WithDerivedParameter : NukeBuild, IHasPlace
{
    Target Show => _ => _.Executes(() => Log.Information("place={P} count={C}", ((IHasPlace)this).Place, ((IHasPlace)this).Count));

    public static int Run() => Execute<WithDerivedParameter>(x => x.Show);
}

internal sealed class WithRepository : NukeBuild
{
    [GitRepository] readonly GitRepository Repository;
    [GitRepository][OnDemand] readonly GitRepository OnlyWhenRequired;

    Target Show => _ => _.Executes(() => Log.Information("repository={R} other={O}", Repository == null, OnlyWhenRequired == null));
    Target Demand => _ => _.Requires(() => OnlyWhenRequired).Executes(() => Log.Information("other={O}", OnlyWhenRequired == null));

    public static int Run() => Execute<WithRepository>(x => x.Show);
}

/// <summary>Answers help itself, from each of the two places an extension can.</summary>
[EarlyHelp(Priority = 60)]
internal sealed class WithOwnHelp : NukeBuild
{
    Target A => _ => _.Executes(() => { });

    public static int Run() => Execute<WithOwnHelp>(x => x.A);
}

internal sealed class EarlyHelpAttribute : BuildExtensionAttributeBase, IOnBuildCreated
{
    public void OnBuildCreated(IReadOnlyCollection<ExecutableTarget> executableTargets)
    {
        if (!Build.Help)
            return;
        Console.Out.WriteLine($"own help of {executableTargets.Count} target");
        ((NukeBuild)Build).Extensions.Answer();
    }
}
