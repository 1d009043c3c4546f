using System.Diagnostics;
using OpticWorks.Acceptance.Rehearsal;
using OpticWorks.Operations;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Transactions;
using OpticWorks.Operations.Transactions.Audits;
using OpticWorks.Operations.Transactions.Fences;
using OpticWorks.Operations.Transactions.Journals;
using OpticWorks.Operations.Transactions.Leases;
using Xunit.Abstractions;

namespace OpticWorks.Acceptance.Transactions;

/// <summary>Operators that race, are stopped, wake up too late or die, against one real machine.</summary>
[Collection(nameof(SharedMachine))]
public sealed class TakeoverTests(OneMachine machine, ITestOutputHelper output)
{
    private static readonly LeaseTerms Long = new(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1));

    private Leases Leases(ControlFolder folder) => new(machine.Host, "test", new Silence(), null, folder);

    private static LeaseHolder Joe => TransactionChild.Holder() with { Owner = "joe" };

    [Fact]
    public async Task Of_twenty_contenders_exactly_one_gets_the_lease()
    {
        var folder = await machine.FolderAsync();

        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(async number =>
        {
            try
            {
                return await Leases(folder).TakeAsync(Joe with { Owner = $"p{number}" }, Long, new LeaseWish(), CancellationToken.None);
            }
            catch (OperationException e) when (e.ExitCode == ExitCodes.Locked)
            {
                return null;
            }
        }));

        await all.Where(lease => lease is not null).ShouldHaveSingleItem()!.DisposeAsync();
    }

    [Fact]
    public async Task A_holder_that_was_stopped_and_wakes_after_the_takeover_changes_nothing()
    {
        var folder = await machine.FolderAsync();
        using var old = machine.Start("hold", folder);
        (await old.UntilAsync("token")).ShouldBe("token 1");
        await old.UntilAsync("did 3");

        old.Signal("STOP");
        await using var lease = await Leases(folder).TakeAsync(Joe, Long, new LeaseWish { Wait = TimeSpan.FromMinutes(1), Poll = TimeSpan.FromMilliseconds(100) }, CancellationToken.None);
        await Fence.RaiseAsync(new HostGroup([machine.Host]), lease.Token, new FenceTerms(TimeSpan.FromSeconds(1)), folder, CancellationToken.None);
        var effects = await machine.ReadAsync($"{folder.Path}/effects");
        old.Signal("CONT");
        var stopped = await old.UntilAsync("stopped");

        (await old.EndAsync()).ShouldBe(ExitCodes.FailedAndNotUndone);
        stopped.ShouldStartWith("stopped FencedOffException");
        (await machine.ReadAsync($"{folder.Path}/effects")).ShouldBe(effects);
        (await Leases(folder).ReadAsync(CancellationToken.None)).Lease!.Token.ShouldBe(lease.Token);
    }

    /// <summary>The operator's program is killed in the middle of each step; another one, on the same machine, proves it dead, takes over at once and
    /// continues or undoes from the journal alone.</summary>
    [Theory]
    [InlineData("begin 0")]
    [InlineData("half 1")]
    [InlineData("did 2")]
    [InlineData("finished")]
    public async Task Killed_at_any_step_it_is_continued_or_undone_by_another(string at)
    {
        foreach (var way in Enum.GetValues<ResumeWay>())
        {
            var folder = await machine.FolderAsync();
            await machine.Host.RunAsync(ShellCommand.Script("""for i in 0 1 2 3; do printf old > "$1/switch-$i"; done""", folder.Path));
            using (var old = machine.Start("plan", folder, at))
            {
                await old.UntilAsync(at);
                old.Signal("KILL");
                await old.EndAsync();
            }

            var clock = Stopwatch.StartNew();
            await using (var lease = await Leases(folder).TakeAsync(Joe, Long, new LeaseWish { TakeOverFromTheDead = true }, CancellationToken.None))
            {
                await Fence.RaiseAsync(new HostGroup([machine.Host]), lease.Token, null, folder, CancellationToken.None);
                var journals = new Journals(machine.Host, folder);
                var name = (await journals.ListAsync(CancellationToken.None)).ShouldHaveSingleItem();
                var state = await journals.ReadAsync(name.Operation, CancellationToken.None);
                var journal = new HostJournal(machine.Host, name.Operation, lease.Token, state.Lines, text => text, null, folder);
                var plan = TransactionChild.Plan(machine.Host.Fenced(lease.Token, null, folder), folder, _ => Task.CompletedTask);
                await new PlanRunner(new Silence()).ResumeAsync(plan, journal, state, way, "joe@desk", new RunSignals(CancellationToken.None));
            }

            var end = await new Journals(machine.Host, folder).ReadAsync(TransactionChild.Operation, CancellationToken.None);
            var fleet = string.Join(' ', await Task.WhenAll(Enumerable.Range(0, 4).Select(number => machine.ReadAsync($"{folder.Path}/switch-{number}"))));
            fleet.ShouldBe(end.Result == JournalResult.Done ? "new new new new" : "old old old old", $"{at}, {way}");
            end.Remaining.ShouldBe(Remaining.Nothing);
            (end.Result == JournalResult.Done).ShouldBe(way == ResumeWay.Continue || at == "finished");
            (await Leases(folder).ReadAsync(CancellationToken.None)).Lease.ShouldBeNull();
            output.WriteLine($"{at}, {way}: {clock.ElapsedMilliseconds} ms from the kill to the end");
        }
    }

    /// <summary>The moments between them.</summary>
    [Theory]
    [Trait("Tier", "Campaign")]
    [InlineData("half 0")]
    [InlineData("did 1")]
    [InlineData("begin 2")]
    [InlineData("half 2")]
    [InlineData("half 3")]
    [InlineData("did 3")]
    public Task Killed_at_any_other_step_it_is_ended_too(string at) => Killed_at_any_step_it_is_continued_or_undone_by_another(at);

    [Fact]
    public async Task The_audit_is_one_chain_and_shows_what_was_changed()
    {
        var folder = await machine.FolderAsync();
        var audit = new Audit(machine.Host, [], new Silence(), folder);
        for (var i = 0; i < 3; i++)
            await audit.AppendAsync(new AuditEntry("mara@laptop", "Act") { Reason = $"it's {i}\n$(id) é" }, CancellationToken.None);
        var whole = await audit.VerifyAsync(CancellationToken.None);
        (whole.IsWhole, whole.Lines[2].Entry.Reason).ShouldBe((true, "it's 2\n$(id) é"));

        await machine.Host.RunAsync(ShellCommand.Of("sed", "-i", "2s/mara/joe_/", folder.Audit));

        var broken = await audit.VerifyAsync(CancellationToken.None);
        (broken.Break, broken.Line).ShouldBe((AuditBreak.Changed, 2));
    }

    /// <summary>Prints what one of each costs over the shared connection; asserts nothing about it.</summary>
    [Fact]
    [Trait("Tier", "Campaign")]
    public async Task What_it_costs()
    {
        var folder = await machine.FolderAsync();
        await using var lease = await Leases(folder).TakeAsync(Joe, Long, new LeaseWish(), CancellationToken.None);
        var fenced = machine.Host.Fenced(lease.Token, null, folder);
        var journal = new HostJournal(machine.Host, TransactionChild.Operation, lease.Token, 0, text => text, null, folder);
        var audit = new Audit(machine.Host, [], new Silence(), folder);
        var entry = new JournalEntry(JournalEvent.Intent) { Step = "switch api-1:9001" };

        await MeasureAsync("a command", () => machine.Host.RunAsync(ShellCommand.Of("true")));
        await MeasureAsync("a command behind the fence", () => fenced.RunAsync(ShellCommand.Of("true")));
        await MeasureAsync("read the lease", () => Leases(folder).ReadAsync(CancellationToken.None));
        await MeasureAsync("renew the lease", () => Leases(folder).RenewAsync(lease.Token, Long.Lifetime, CancellationToken.None));
        await MeasureAsync("append to the journal", () => journal.AppendAsync(entry, CancellationToken.None));
        await MeasureAsync("append to the audit", () => audit.AppendAsync(new AuditEntry("mara@laptop", "Act"), CancellationToken.None));
    }

    private async Task MeasureAsync(string what, Func<Task> work)
    {
        await work();
        var times = new List<double>();
        for (var i = 0; i < 40; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await work();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        times.Sort();
        output.WriteLine($"{what}: median {times[20]:0.0} ms, least {times[0]:0.0} ms, p95 {times[38]:0.0} ms");
    }
}
