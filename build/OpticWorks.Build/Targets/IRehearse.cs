using Nuke.Common;
using OpticWorks.Build.CommandLine;
using OpticWorks.Build.Rehearsals;
using OpticWorks.Operations;
using OpticWorks.Operations.Rehearsal.Story;

namespace OpticWorks.Build.Targets;

[Purpose(Purpose.MainJob, "Rehearse --quick",
    Effects = "What LocalUp, Build, Test, Provision, DeployBackend, DeployStorefront, Backup, RestoreDrill, Release, Rollback and Resume change, on this checkout's local machines "
        + "only; artifacts/rehearsal.html",
    Needs = "What LocalUp and Build need; no secret of yours",
    Undo = "RehearseEnd removes the machines and their data however it ends, also after Ctrl-C; with --keep they stay until "
        + "LocalDown")]
internal partial interface IRehearse : ILocalUp, IProvision, IDeployBackend, IDeployStorefront, IBackup, IRestoreDrill, IRelease, IRollback, IResume, IBuild, ITest
{
    [Parameter("Leave the local machines running after the rehearsal")]
    bool? Keep => TryGetValue<bool?>(() => Keep);

    [Parameter("End the rehearsal after its second release")]
    bool? Quick => TryGetValue<bool?>(() => Quick);

    [Parameter("Requests a second of the rehearsal's shoppers. Default: 50. Fewer want longer steps (--dwell)")]
    int? Shoppers => TryGetValue<int?>(() => Shoppers);

    Target Rehearse => _ => (PlanOnly == true ? _ : _
            .DependsOn<ILocalUp>(x => x.LocalUp)
            .DependsOn<IRestore>(x => x.Restore)
            .DependsOn<IBuild>(x => x.Build)
            .DependsOn<ITest>(x => x.Test))
        .Description("Prove a release from commit to rollback on real local machines, while shoppers shop")
        .Executes(() => Run(RehearseAsync));

    /// <summary>Whatever ended the rehearsal, also Ctrl-C in one of the targets before it: the machines go.</summary>
    Target RehearseEnd => _ => _
        .Unlisted()
        .TriggeredBy<IRehearse>(x => x.Rehearse)
        .AssuredAfterFailure()
        .OnlyWhenDynamic(() => Keep != true && PlanOnly != true)
        .Executes(() => LocalMachines.DownAsync(CancellationToken.None).GetAwaiter().GetResult());

    private async Task RehearseAsync(CancellationToken interrupt, CancellationToken detach)
    {
        if (ArtifactDigest is not null || ReleaseNamed is not null)
            throw OperationException.Configuration("A rehearsal builds the releases that it rehearses", "./build.sh Rehearse, without --artifact and --release");
        if (Shoppers is < 1 or > 1000)
            throw new OperationException($"{Shoppers} is no number of requests a second from 1 to 1000", ExitCodes.Engine) { Next = "--shoppers 50" };
        var story = Chapter.Story(Quick == true);
        if (PlanOnly == true)
        {
            foreach (var (chapter, number) in story.Select((chapter, index) => (chapter, index + 1)))
                Console.Out.WriteLine($"{number,3}  {chapter.Title,-50}{chapter.Proves}");
            Session.Data["plan"] = story;
            return;
        }

        await using var run = new RehearsalRun(ExecutionPlan, Narrator);
        // Taking back is quicker with nobody in the shop.
        await using var closing = interrupt.Register(() => _ = run.EndShoppersAsync());
        IReadOnlyList<string> problems = [];
        try
        {
            foreach (var (chapter, number) in story.Select((chapter, index) => (chapter, index + 1)))
            {
                interrupt.ThrowIfCancellationRequested();
                Narrator.Say("rehearse", $"{number} of {story.Count}  {chapter.Title}");
                await run.StepAsync(chapter, () => PlayAsync(chapter.Kind, run, interrupt, detach)).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            problems = [e switch { OperationException failure => failure.Explain(), OperationCanceledException => "Interrupted", _ => e.Message }];
            throw;
        }
        finally
        {
            await ReportAsync(run, problems, interrupt.IsCancellationRequested, detach).ConfigureAwait(false);
        }
    }
}
