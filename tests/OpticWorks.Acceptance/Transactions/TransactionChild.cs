using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Rehearsal;
using OpticWorks.Operations.Toolchain;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Fences;
using OpticWorks.Operations.Transactions.Journals;
using OpticWorks.Operations.Transactions.Leases;

namespace OpticWorks.Acceptance.Transactions;

/// <summary>
/// An operator's program: <c>transaction hold|plan ADDRESS KNOWN_HOSTS IDENTITY SOCKETS FOLDER [AT]</c>. Having said AT, a step goes no
/// further: that is where the operator is killed.
/// </summary>
internal static class TransactionChild
{
    public static readonly OperationId Operation = OperationId.Parse("Deploy-20261122-141203-0f3a9c");

    /// <summary>Short enough for a test, long enough for a busy computer.</summary>
    public static readonly LeaseTerms Terms = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1));

    public static async Task<int> RunAsync(string[] arguments)
    {
        var (verb, folder) = (arguments[0], new ControlFolder(arguments[5]));
        var client = await TestTools.In(LocalPlace.Cache)(PinnedProgram.OpenSsh, CancellationToken.None);
        var host = OneMachine.Connect(client, arguments[1], arguments[2], arguments[3], arguments[4]);
        var leases = new Leases(host, "test", new RehearsalChild.ConsoleNarrator(), null, folder);
        await using var lease = await leases.TakeAsync(Holder(), Terms, new LeaseWish(), CancellationToken.None);
        Console.WriteLine($"token {lease.Token}");
        try
        {
            if (verb == "hold")
                await HoldAsync(host.Fenced(lease.Token, null, folder), folder);
            else
                await PlanAsync(host, lease, folder, arguments[6]);
            return ExitCodes.Done;
        }
        catch (OperationException e)
        {
            Console.WriteLine($"stopped {e.GetType().Name} lost={lease.Lost.IsCancellationRequested}: {e.Message}");
            lease.Abandon();
            return e.ExitCode;
        }
    }

    public static LeaseHolder Holder() => new("mara", "laptop", "Deploy of r-1", Operation.Text, HolderProcess.Current());

    /// <summary>Changes something again and again, as fast as it can, and does not even look at the lease.</summary>
    private static async Task HoldAsync(IHost host, ControlFolder folder)
    {
        for (var i = 0; ; i++)
        {
            (await host.RunAsync(ShellCommand.Script("""echo "old $2" >> "$1/effects" """, folder.Path, $"{i}"))).OrFail("effects");
            Console.WriteLine($"did {i}");
        }
    }

    private static async Task PlanAsync(IHost host, Lease lease, ControlFolder folder, string at)
    {
        var journal = new HostJournal(host, Operation, lease.Token, 0, text => text, null, folder);
        await journal.AppendAsync(new JournalEntry(JournalEvent.Begun)
        {
            Header = new JournalHeader(Operation.Text, "Deploy", "test", "mara", "laptop", "r-1", new Dictionary<string, string>()),
        }, CancellationToken.None);
        var plan = Plan(host.Fenced(lease.Token, null, folder), folder, SayAsync);
        await new PlanRunner(new Silence()).RunAsync(plan, journal, lease.Signals(CancellationToken.None, CancellationToken.None));
        await SayAsync("finished");

        Task SayAsync(string text)
        {
            Console.WriteLine(text);
            return text == at ? Task.Delay(TimeSpan.FromMinutes(1)) : Task.CompletedTask;
        }
    }

    /// <summary>A fleet of files that say old, half or new. The first two are switched at the same time.</summary>
    public static Plan Plan(IHost host, ControlFolder folder, Func<string, Task> say)
    {
        return new Plan("Deploy", "test", [new Stage(2, Switch(0), Switch(1)), new Stage(1, Switch(2), Switch(3))]);

        Step Switch(int number) => new("switch", $"{number}")
        {
            Do = async token =>
            {
                await say($"begin {number}");
                await SetAsync(number, "half", token);
                await say($"half {number}");
                await SetAsync(number, "new", token);
                await say($"did {number}");
                return "";
            },
            Undo = token => SetAsync(number, "old", token),
        };

        async Task SetAsync(int number, string state, CancellationToken token) =>
            (await host.RunAsync(ShellCommand.Script("""printf %s "$2" > "$1" """, $"{folder.Path}/switch-{number}", state), null, null, token)).OrFail(state);
    }
}
