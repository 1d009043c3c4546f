using Serilog;

namespace Nuke.Common.Tests.Builds;

internal interface IHasDeploy : INukeBuild
{
    [Parameter("Where to")] string DeployTo => TryGetValue(() => DeployTo) ?? "nowhere";

    [Parameter] bool? Dry => TryGetValue<bool?>(() => Dry);

    Target Deploy => _ => _
        .TryDependsOn<IHasPkg>(x => x.Pkg)
        .Executes(() => Log.Information("deploy to {X} dry={D}", DeployTo, Dry));
}

[ParameterPrefix("Aws")]
internal interface IHasAws : INukeBuild
{
    [Parameter] string Region => TryGetValue(() => Region);

    Target AwsT => _ => _.TryAfter<IHasDeploy>().Executes(() => Log.Information("region={R}", Region));
}

internal interface IHasPkg : INukeBuild
{
    Target Pkg => _ => _.Executes(() => Log.Information("pkg base"));
}

internal sealed class Composed : NukeBuild, IHasDeploy, IHasAws, IHasPkg
{
    Target IHasPkg.Pkg => _ => _.Inherit<IHasPkg>().Executes(() => Log.Information("pkg more"));

    public static int Run() => Execute<Composed>(x => ((IHasDeploy)x).Deploy);
}

internal interface ID1 : INukeBuild
{
    Target Same => _ => _.Executes(() => { });
}

internal interface ID2 : INukeBuild
{
    Target Same => _ => _.Executes(() => { });
}

internal sealed class SameNameTwice : NukeBuild, ID1, ID2
{
    public static int Run() => Execute<SameNameTwice>();
}
