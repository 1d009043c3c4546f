using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Acceptance.Releases;
using OpticWorks.Operations;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Storefront;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Journals;
using OpticWorks.Operations.Transactions.Leases;

namespace OpticWorks.Acceptance.Storefront;

/// <summary>
/// An operator of an edge shop as a process of its own: <c>storefront deploy FOLDER ARTIFACT RELEASE STEP MOMENT</c> kills itself there;
/// <c>storefront resume FOLDER WAY</c> ends what was left. <c>storefront bundle ARTIFACTS BUILD ENVIRONMENT BACKEND</c> only makes an artifact and prints its digest.
/// </summary>
internal static class StorefrontChild
{
    private static readonly LeaseTerms Terms = new(TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(1));

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments[0] == "bundle")
        {
            var made = await TinyStorefront.BuildAsync(new ArtifactFolder(arguments[1]), new TinyRelease(arguments[2]) { Environment = arguments[3], Backend = arguments[4] });
            Console.WriteLine(made.Digest);
            return ExitCodes.Done;
        }

        var shop = EdgeShop.At(arguments[1]);
        try
        {
            if (arguments[0] == "resume")
                await ResumeAsync(shop, Enum.Parse<ResumeWay>(arguments[2]));
            else
                await DeployAsync(shop, arguments[2], ReleaseId.Parse(arguments[3]), new FaultPoint(arguments[4], Enum.Parse<FaultMoment>(arguments[5]), FaultPoint.KillThisProcess));
            Console.WriteLine("ended");
            return ExitCodes.Done;
        }
        catch (OperationException e)
        {
            Console.WriteLine($"exit {e.ExitCode}: {e.Explain()}");
            return e.ExitCode;
        }
    }

    /// <summary>Begins a deployment with a journal and a lease in the shop's folder.</summary>
    public static async Task DeployAsync(EdgeShop shop, string artifact, ReleaseId release, FaultPoint? point)
    {
        var control = Control(shop, point);
        using var work = await shop.WorkAsync();
        await Operation(control).RunAsync("DeployStorefront", "a test", new LeaseWish(),
            async token =>
            {
                var recipe = await StorefrontPreflight.LookAsync(work, release, artifact, [10, 100], TimeSpan.FromMilliseconds(300), new Dictionary<string, string>(), token);
                return new PlanSource(release.Text, recipe.Write().ToDictionary());
            },
            (source, fence, _) => Task.FromResult(new StorefrontPlans(work, StorefrontRecipe.Read(source.Parameters), Guard(fence(control))).Deploy()),
            CancellationToken.None, CancellationToken.None);
    }

    /// <summary>Ends what was left unfinished, from the journal alone.</summary>
    public static async Task ResumeAsync(EdgeShop shop, ResumeWay way)
    {
        var control = Control(shop, null);
        var operation = Operation(control);
        var state = await operation.UnfinishedAsync(CancellationToken.None) ?? throw new InvalidOperationException("nothing is unfinished");
        using var work = await shop.WorkAsync();
        await operation.ResumeAsync(state, state.Remaining == Remaining.UndoOnly ? ResumeWay.Undo : way, new LeaseWish { Wait = TimeSpan.FromMinutes(1) },
            (header, fence, _) => Task.FromResult(new StorefrontPlans(work, StorefrontRecipe.Read(header.Parameters), Guard(fence(control))).Deploy()),
            CancellationToken.None, CancellationToken.None);
    }

    /// <summary>Takes back what was left unfinished, if anything.</summary>
    public static async Task ClearAsync(EdgeShop shop)
    {
        if (await Operation(Control(shop, null)).UnfinishedAsync(CancellationToken.None) is not null)
            await ResumeAsync(shop, ResumeWay.Undo);
    }

    private static FleetOperation Operation(IHost control) => new(control, [], "tiny", "mara", Terms, text => text, new RehearsalChild.ConsoleNarrator());

    private static IHost Control(EdgeShop shop, FaultPoint? point)
    {
        IHost here = new ControlHere(Path.Combine(shop.Folder, "control"));
        return point?.Watch(here) ?? here;
    }

    private static Func<CancellationToken, Task> Guard(IHost fenced) =>
        async token => (await fenced.RunAsync(ShellCommand.Of("true"), null, null, token)).OrFail("fenced off");
}
