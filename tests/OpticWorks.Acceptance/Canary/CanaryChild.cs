using System.Globalization;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Acceptance.Releases;
using OpticWorks.Operations;
using OpticWorks.Operations.Canary;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Acceptance.Canary;

/// <summary>The operator of a canary as a process of its own: <c>canary STATE ARTIFACT RELEASE DEAD-MAN-SECONDS STEP MOMENT</c>. It kills itself at the step's moment.</summary>
internal static class CanaryChild
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var (state, artifact, release, seconds) = (arguments[0], arguments[1], arguments[2], int.Parse(arguments[3], CultureInfo.InvariantCulture));
        var point = new FaultPoint(arguments[4], Enum.Parse<FaultMoment>(arguments[5]), FaultPoint.KillThisProcess);
        var narrator = new RehearsalChild.ConsoleNarrator();
        var fleet = new LightFleet(new LocalEnvironment(state, LocalPlace.Cache, TestTools.In(LocalPlace.Cache), narrator, LightFleet.Machines(2)), 2, narrator) { Wrap = point.Watch };
        await fleet.ConnectAsync();
        try
        {
            var canary = new CanaryFleet(fleet, narrator) { Settings = CanaryTests.Quick, Terms = new CanaryTerms { DeadManLimit = TimeSpan.FromSeconds(seconds) } };
            await canary.RunAsync(fleet.Artifacts.Find(artifact)!, ReleaseId.Parse(release));
            return ExitCodes.Done;
        }
        catch (OperationException e)
        {
            Console.WriteLine(e.Explain());
            return e.ExitCode;
        }
        finally
        {
            await fleet.CloseAsync();
        }
    }
}
