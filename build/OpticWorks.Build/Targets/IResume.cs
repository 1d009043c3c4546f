using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Transactions;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Operate, "Resume --environment staging --abort", ChangesEnvironment = true,
    Effects = "What the unfinished operation changes",
    Needs = "--environment, and --confirm where it is protected; what the unfinished operation needs; its artifact from this checkout or the artifact store, unless it is only taken back",
    Undo = "It can be run again after anything that ends it; with --abort it only takes back")]
internal interface IResume : IHazFleet
{
    [Parameter("Take the unfinished operation back instead of going on with it")]
    [CommandLineOnly]
    bool? Abort => TryGetValue<bool?>(() => Abort);

    [Parameter("Leave an operation alone that this user did not begin on this machine: the end of a job cleans up after itself only")]
    [CommandLineOnly]
    bool? OwnOnly => TryGetValue<bool?>(() => OwnOnly);

    Target Resume => _ => _
        .Description("End an operation that was left unfinished: go on, or with --abort take it back")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(ResumeAsync));

    async Task ResumeAsync(CancellationToken interrupt, CancellationToken detach)
    {
        var fleet = await FleetAsync(interrupt).ConfigureAwait(false);
        RequireConfirmation(fleet.Environment);
        if (await fleet.Operation.UnfinishedAsync(interrupt).ConfigureAwait(false) is not { Header: { } header } state)
        {
            Narrator.Say("resume", $"{fleet.Environment.Name}: nothing is unfinished");
            return;
        }

        if (OwnOnly == true && !header.IsOf(System.Environment.UserName, System.Environment.MachineName))
        {
            Narrator.Say("resume", $"{header.Operation} was begun by {header.Owner}@{header.Machine} and is left alone");
            return;
        }

        var way = Abort == true || state.Remaining == Operations.Transactions.Journals.Remaining.UndoOnly ? ResumeWay.Undo : ResumeWay.Continue;
        if (way == ResumeWay.Continue && state.Remaining == Operations.Transactions.Journals.Remaining.Nothing)
        {
            throw OperationException.Preflight($"{header.Operation} failed, and not all of it could be taken back; that is tried again at a person's word only",
                $"./build.sh Resume --environment {fleet.Environment.Name} --abort", seen: state.Why);
        }

        Narrator.Say("resume", $"{header.Operation} of {header.Release}, begun by {header.Owner}@{header.Machine}: {state.Steps.Count} steps begun; {(way == ResumeWay.Undo ? "taking back" : "going on")}");
        if (PlanOnly == true)
        {
            Narrator.Say("resume", "Nothing was changed.");
            return;
        }

        if (LeftOut.Read(header.Parameters).Skipped is { Count: > 0 } skipped)
            fleet = await FleetAsync(interrupt, skipped).ConfigureAwait(false);
        var ended = await fleet.Operation.ResumeAsync(state, way, Wish, (found, fence, token) => PlanOfAsync(fleet, found, way, fence, token), interrupt, detach).ConfigureAwait(false);
        var end = way == ResumeWay.Undo ? "taken back" : "finished";
        Narrator.Say("done", ended is null ? $"{header.Operation} is {end}" : $"{header.Operation} had already ended: {end}; nothing was done");
    }
}
