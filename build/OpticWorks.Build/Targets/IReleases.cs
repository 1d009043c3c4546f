using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Operate, "Releases --environment staging",
    Effects = "Nothing",
    Needs = "--environment; SSH as the deploy user",
    Undo = "There is nothing to undo")]
internal interface IReleases : IHazFleet
{
    Target Releases => _ => _
        .Description("What was released, what runs, and what a rollback could go to")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(ReleasesAsync));

    private async Task ReleasesAsync(CancellationToken cancellationToken)
    {
        var fleet = await FleetAsync(cancellationToken).ConfigureAwait(false);
        var behind = await fleet.Behind.ReadAsync(cancellationToken).ConfigureAwait(false);
        var without = behind.Keys.ToHashSet();
        var running = await BackendSwitch.RunningAsync(LeftOut.Without(fleet.Environment, without), fleet.Connect, cancellationToken).ConfigureAwait(false);
        var records = await fleet.Book.ReadAsync(cancellationToken).ConfigureAwait(false);
        var staged = await fleet.StagedAsync(without, cancellationToken).ConfigureAwait(false);
        Session.Data["running"] = running;
        Session.Data["behind"] = behind;
        foreach (var (host, missed) in behind)
            Narrator.Warn("releases", $"{host} is behind and out of traffic: it could not be reached for {missed}; the next DeployBackend that reaches it catches it up");
        Session.Data["releases"] = records;
        Console.Out.WriteLine($"{"RELEASE",-28}{"COMMIT",-10}{"BY",-12}{"WHEN",-18}{"STATE",-30}ROLLBACK");
        foreach (var record in records)
        {
            var live = running.Values.Count(name => name == record.Release);
            var state = live > 0 ? $"live on {live} of {running.Count}" : record.State == ReleaseState.Good ? "good" : $"bad: {record.Note}";
            Console.Out.WriteLine(
                $"{record.Release,-28}{(record.Commit ?? "–")[..Math.Min(7, (record.Commit ?? "–").Length)],-10}{record.By,-12}{record.At.ToLocalTime():ddd dd MMM HH:mm}  {state,-30}{Rollback(record, live, staged)}");
        }
    }

    private static string Rollback(ReleaseRecord record, int live, IReadOnlyCollection<string> staged) => record switch
    {
        _ when live > 0 => "–",
        _ when !staged.Contains(record.Release) => "no: it is not on every host any more",
        { State: ReleaseState.Bad } => "skipped",
        { Proof: null } => "not proved",
        { Proof.Problem: { } problem } => $"no: {problem}",
        { Proof: { } proof } => $"proved {proof.At.ToLocalTime():HH:mm}, about {proof.Seconds:0} s",
    };
}
