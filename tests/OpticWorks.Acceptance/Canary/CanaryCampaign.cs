using System.Diagnostics;
using System.Globalization;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Acceptance.Releases;
using OpticWorks.Operations;
using OpticWorks.Operations.Canary;
using OpticWorks.Operations.Canary.Judging;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Acceptance.Canary;

/// <summary>
/// Many canaries on real machines with the light backend under 200 requests a second, each with one fault of the release or none: how many are undone, how
/// soon, and what shoppers saw of it. <c>canary-live RUNS errors|slow|leak|healthy|incident</c>.
/// </summary>
public static class CanaryCampaign
{
    private const double Rate = 200;

    public static async Task<int> RunAsync(int runs, string name)
    {
        var place = new LocalPlace();
        await place.InitializeAsync();
        try
        {
            var narrator = new Silence();
            var fleet = new LightFleet(place.New("canary", machines: LightFleet.Machines(2)), 2, narrator);
            await fleet.UpAsync();
            var lines = new List<string>();
            for (var run = 1; run <= runs; run++)
            {
                var result = await OneAsync(fleet, name, run);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTime.Now:HH:mm:ss} {name} {run}/{runs}: {result}"));
                lines.Add(result.Split(' ')[0]);
            }

            Console.WriteLine($"{name}: {string.Join(", ", lines.GroupBy(word => word).Select(group => $"{group.Key} {group.Count()} of {runs}"))}");
            await fleet.CloseAsync();
            return 0;
        }
        finally
        {
            await place.DisposeAsync();
        }
    }

    private static async Task<string> OneAsync(LightFleet fleet, string name, int run)
    {
        var live = LightMachines.NewRelease();
        await fleet.DeployAsync(await LightStore.BuildAsync(fleet.Artifacts, new LightBehaviour { Build = $"{name}-{run}" }), live);
        var artifact = await LightStore.BuildAsync(fleet.Artifacts, Behaviour(name) with { Build = $"{name}-{run}-next" });
        await using var traffic = new OpenLoop([new TrafficKind("GET", Rate, _ => new HttpRequestMessage(HttpMethod.Get, new Uri(fleet.Environment.Api.Url, "/store/products")))], TimeSpan.FromMinutes(10));
        await Task.Delay(TimeSpan.FromSeconds(10)); // What the baseline is taken from.
        var canary = new CanaryFleet(fleet, new RehearsalChild.ConsoleNarrator());
        var release = LightMachines.NewRelease();
        var clock = Stopwatch.StartNew();
        using var over = new CancellationTokenSource();
        var incident = name == "incident" ? IncidentAsync(fleet, over.Token) : Task.CompletedTask;
        string result;
        try
        {
            await canary.RunAsync(artifact, release);
            result = "promoted";
        }
        catch (OperationException e)
        {
            result = $"{(e.ExitCode == ExitCodes.FailedAndUndone ? "undone" : $"exit-{e.ExitCode}")} {e.Message}";
        }

        await over.CancelAsync();
        await incident;
        var samples = await traffic.EndAsync();
        var state = await fleet.StateAsync();
        var expected = LightFleet.All(result == "promoted" ? release : live);
        var summary = TrafficSummary.Of(samples);
        var detected = canary.Views.LastOrDefault(view => view.Verdict.Outcome == Outcome.Fail);
        return string.Create(CultureInfo.InvariantCulture,
            $"{result} | {clock.Elapsed.TotalSeconds:0} s, detected {(detected is null ? "-" : $"at {detected.Percent} % after {detected.Since.TotalSeconds:0} s")}, {summary}{(state.SequenceEqual(expected) ? "" : $" | WRONG STATE {string.Join(" / ", state)}")}");
    }

    private static LightBehaviour Behaviour(string name) => name switch
    {
        "errors" => new LightBehaviour { Errors = 0.05 },
        "slow" => new LightBehaviour { Slow = 300 },
        "leak" => new LightBehaviour { Leak = 12_000 },
        "healthy" or "incident" => new LightBehaviour(),
        _ => throw OperationException.Configuration($"\"{name}\" is none of errors, slow, leak, healthy, incident"),
    };

    /// <summary>The database is in trouble for 12 s, whatever release asks it: 3 % of the answers fail and they take 300 ms longer. It begins 20 s
    /// after the canary, when both releases are in traffic.</summary>
    private static async Task IncidentAsync(LightFleet fleet, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(20), cancellationToken);
            await TellAsync("touch /opt/medusa/instances/incident");
            await Task.Delay(TimeSpan.FromSeconds(12), cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The canary has ended before.
        }
        finally
        {
            await TellAsync("rm -f /opt/medusa/instances/incident");
        }

        Task TellAsync(string script) => Task.WhenAll(fleet.Environment.Hosts.Select(host => fleet.Connect(host).RunAsync(ShellCommand.Script(script))));
    }
}
