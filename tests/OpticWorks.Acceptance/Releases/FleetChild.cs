using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Acceptance.Releases;

/// <summary>
/// An operator of a light fleet as a process of its own: <c>fleet deploy|rollback|resume STATE HOSTS ARTIFACT-OR-WAY RELEASE [STEP MOMENT]</c>. With a step
/// and a moment it kills itself there. The first SIGINT or SIGTERM interrupts it.
/// </summary>
internal static class FleetChild
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var (verb, state, hosts, what, release) = (arguments[0], arguments[1], int.Parse(arguments[2], System.Globalization.CultureInfo.InvariantCulture), arguments[3], arguments[4]);
        var point = arguments.Length > 6 ? new FaultPoint(arguments[5], Enum.Parse<FaultMoment>(arguments[6]), FaultPoint.KillThisProcess) : null;
        var narrator = new RehearsalChild.ConsoleNarrator();
        var local = new LocalEnvironment(state, LocalPlace.Cache, TestTools.In(LocalPlace.Cache), narrator, LightFleet.Machines(hosts));
        var fleet = new LightFleet(local, hosts, narrator) { Wrap = host => point?.Watch(host) ?? host };
        await fleet.ConnectAsync();
        using var interrupt = new CancellationTokenSource();
        using var signal = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            interrupt.Cancel();
        });
        try
        {
            switch (verb)
            {
                case "deploy":
                    await fleet.DeployAsync(fleet.Artifacts.Find(what)!, ReleaseId.Parse(release), interrupt: interrupt.Token);
                    break;
                case "rollback":
                    await fleet.RollBackAsync(ReleaseId.Parse(release), interrupt.Token);
                    break;
                default:
                    await fleet.ResumeAsync(Enum.Parse<ResumeWay>(what), interrupt.Token);
                    break;
            }

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
