using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Acceptance.Releases;
using OpticWorks.Operations;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Acceptance.Storefront;

/// <summary>
/// An operator of a whole shop as a process of its own: <c>whole release STATE EDGE BACKEND STOREFRONT RELEASE STEP MOMENT</c> kills itself there;
/// <c>whole resume STATE EDGE WAY</c> ends what was left.
/// </summary>
internal static class WholeChild
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var point = arguments[0] == "release" ? new FaultPoint(arguments[6], Enum.Parse<FaultMoment>(arguments[7]), FaultPoint.KillThisProcess) : null;
        var narrator = new RehearsalChild.ConsoleNarrator();
        var local = new LocalEnvironment(arguments[1], LocalPlace.Cache, TestTools.In(LocalPlace.Cache), narrator, LightFleet.Machines(2));
        var fleet = new LightFleet(local, 2, narrator) { Wrap = host => point?.Watch(host) ?? host };
        await fleet.ConnectAsync();
        var whole = new WholeShop(fleet, EdgeShop.At(arguments[2]));
        try
        {
            if (arguments[0] == "release")
                await whole.ReleaseAsync(ReleaseId.Parse(arguments[5]), arguments[3], arguments[4]);
            else
                await whole.ResumeAsync(Enum.Parse<ResumeWay>(arguments[3]));
            Console.WriteLine("ended");
            return ExitCodes.Done;
        }
        catch (OperationException e)
        {
            Console.WriteLine($"exit {e.ExitCode}: {e.Explain()}");
            return e.ExitCode;
        }
        finally
        {
            await fleet.CloseAsync();
        }
    }
}
