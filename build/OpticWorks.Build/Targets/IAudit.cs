using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Operations;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.Operate, "Audit --environment staging",
    Effects = "Nothing",
    Needs = "--environment; SSH as the deploy user",
    Undo = "There is nothing to undo")]
internal interface IAudit : IHazFleet
{
    Target Audit => _ => _
        .Description("Who did what; checks the chain of hashes and names the first broken link")
        .Requires(() => EnvironmentName)
        .Executes(() => Run(async cancellationToken =>
        {
            var fleet = await FleetAsync(cancellationToken).ConfigureAwait(false);
            var verdict = await fleet.Operation.Audit.VerifyAsync(cancellationToken).ConfigureAwait(false);
            Session.Data["audit"] = verdict.Lines;
            foreach (var line in verdict.Lines)
                Console.Out.WriteLine($"{line.Sequence,5}  {line.At.ToLocalTime():yyyy-MM-dd HH:mm:ss}  {line.Entry.Who,-20} {line.Entry.What,-24} {line.Entry.Result}  {line.Entry.Reason}");
            if (!verdict.IsWhole)
                throw new OperationException("The audit's chain is broken", ExitCodes.FailedAndNotUndone) { Where = $"line {verdict.Line}", Seen = verdict.Explanation, Next = "keep the file; compare it with a backup of the control host" };
            Narrator.Say("audit", $"{verdict.Lines.Count} lines, the chain is whole");
        }));
}
