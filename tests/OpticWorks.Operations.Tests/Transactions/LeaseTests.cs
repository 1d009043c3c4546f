using OpticWorks.Operations.Transactions.Audits;
using OpticWorks.Operations.Transactions.Leases;

namespace OpticWorks.Operations.Tests.Transactions;

/// <summary>The lease's commands, run for real in a folder.</summary>
public sealed class LeaseTests : IDisposable
{
    private static readonly LeaseTerms Long = new(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1));
    private static readonly LeaseTerms Short = new(TimeSpan.FromMilliseconds(600), TimeSpan.FromMilliseconds(100));
    private static readonly LeaseWish Now = new();

    private readonly ShellHost _host = new();
    private readonly Recorder _narrator = new();

    private Leases Leases => new(_host, "staging", _narrator, new Audit(_host, [], _narrator, _host.Folder), _host.Folder);

    private static LeaseHolder Holder(string owner = "mara", HolderProcess? process = null) =>
        new(owner, "laptop", "DeployBackend of r-1", "DeployBackend-20261122-141203-0f3a9c", process);

    private Task<Lease> TakeAsync(LeaseHolder holder, LeaseTerms terms, LeaseWish? wish = null) =>
        Leases.TakeAsync(holder, terms, wish ?? Now, CancellationToken.None);

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task A_lease_is_taken_read_and_given_back()
    {
        await using (var lease = await TakeAsync(Holder(), Long))
        {
            var reading = await Leases.ReadAsync(CancellationToken.None);
            (reading.IsHeld, reading.Lease).ShouldBe((true, lease.Record));
            (lease.Token, reading.Lease!.Holder).ShouldBe((1, Holder()));
            (reading.Lease.Expires - reading.Lease.Renewed).ShouldBe(Long.Lifetime);
        }

        (await Leases.ReadAsync(CancellationToken.None)).Lease.ShouldBeNull();
    }

    [Fact]
    public async Task Whoever_comes_second_reads_who_holds_it_since_when_and_what_for()
    {
        await using var first = await TakeAsync(Holder(), Long);

        var error = await Should.ThrowAsync<OperationException>(() => TakeAsync(Holder("joe"), Long));

        error.ExitCode.ShouldBe(ExitCodes.Locked);
        error.Message.ShouldMatch(
            @"^staging is locked by mara@laptop since (\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d for DeployBackend of r-1 \(renewed \d+ s ago; expires (\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d if it stops\)\. Wait for it with --wait 10m\.$");
    }

    [Fact]
    public void The_message_of_a_held_lease_is_this()
    {
        var now = new DateTimeOffset(2026, 11, 22, 14, 12, 7, TimeZoneInfo.Local.GetUtcOffset(new DateTime(2026, 11, 22)));
        var record = new LeaseRecord(118, now.AddSeconds(-4), now.AddSeconds(-2), now.AddSeconds(28), Holder());

        LeaseTexts.Locked("staging", new LeaseReading(now, record, null), TimeSpan.Zero).Message.ShouldBe(
            "staging is locked by mara@laptop since 14:12:03 for DeployBackend of r-1 (renewed 2 s ago; expires 14:12:35 if it stops). Wait for it with --wait 10m.");
    }

    [Fact]
    public async Task Of_twenty_contenders_exactly_one_wins()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(async number =>
        {
            try
            {
                return await TakeAsync(Holder($"p{number}"), Long);
            }
            catch (OperationException e) when (e.ExitCode == ExitCodes.Locked)
            {
                return null;
            }
        }));

        var winner = all.Where(lease => lease is not null).ShouldHaveSingleItem()!;
        (await Leases.ReadAsync(CancellationToken.None)).Lease.ShouldBe(winner.Record);
        await winner.DisposeAsync();
    }

    [Fact]
    public async Task Tokens_only_grow_also_when_the_token_file_is_lost()
    {
        for (var expected = 1; expected <= 3; expected++)
        {
            await using var lease = await TakeAsync(Holder(), Long);
            lease.Token.ShouldBe(expected);
        }

        File.Delete(_host.At("token"));
        await File.WriteAllTextAsync(_host.At("fence"), "70\n");
        await using var next = await TakeAsync(Holder(), Long);
        next.Token.ShouldBe(71);
    }

    [Fact]
    public async Task A_holder_that_cannot_renew_stops_before_anybody_else_can_begin()
    {
        await using var first = await TakeAsync(Holder(), Short);

        _host.Unreachable = true;
        await LostAsync(first);
        _host.Unreachable = false;

        first.Loss!.ShouldStartWith("it could not be renewed for");
        await using var second = await TakeAsync(Holder("joe"), Long, new LeaseWish { Wait = TimeSpan.FromSeconds(20), Poll = TimeSpan.FromMilliseconds(20) });
        second.Token.ShouldBe(first.Token + 1);
    }

    [Fact]
    public async Task A_lease_is_renewed_while_it_is_kept()
    {
        await using var lease = await TakeAsync(Holder(), new LeaseTerms(TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(20)));

        await Wait.UntilAsync("it is renewed", async () => (await Leases.ReadAsync(CancellationToken.None)).Lease is { } now && now.Expires != lease.Record.Expires);
        lease.Lost.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task Waiting_says_what_for_and_takes_it_when_it_is_free()
    {
        var first = await TakeAsync(Holder(), Long);
        var second = TakeAsync(Holder("joe"), Long, new LeaseWish { Wait = TimeSpan.FromMinutes(2), Poll = TimeSpan.FromMilliseconds(20) });
        await Wait.UntilAsync("it says what it waits for", () => !_narrator.Lines.IsEmpty);

        _narrator.Lines.ShouldHaveSingleItem().ShouldStartWith("lease: waiting up to 2 min for mara@laptop since ");
        await first.DisposeAsync();
        await using var lease = await second;
        lease.Record.Holder.Owner.ShouldBe("joe");
    }

    [Fact]
    public async Task Waiting_ends_with_its_limit()
    {
        await using var first = await TakeAsync(Holder(), Long);

        var error = await Should.ThrowAsync<OperationException>(() =>
            TakeAsync(Holder("joe"), Long, new LeaseWish { Wait = TimeSpan.FromMilliseconds(100), Poll = TimeSpan.FromMilliseconds(30) }));

        error.ExitCode.ShouldBe(ExitCodes.Locked);
    }

    [Fact]
    public async Task Resume_takes_over_at_once_from_a_process_of_this_machine_that_has_ended_and_from_no_other()
    {
        var here = HolderProcess.Current()!;
        var wish = new LeaseWish { TakeOverFromTheDead = true };
        foreach (var alive in new[] { here, here with { MachineId = "other", Started = 1 }, here with { BootId = "other", Started = 1 }, here with { Namespace = "pid:[1]", Started = 1 } })
        {
            await using var kept = await TakeAsync(Holder(process: alive), Long);
            await Should.ThrowAsync<OperationException>(() => TakeAsync(Holder("joe"), Long, wish));
        }

        var dead = await TakeAsync(Holder(process: here with { Started = here.Started - 1 }), Long);
        await Should.ThrowAsync<OperationException>(() => TakeAsync(Holder("joe"), Long));
        await using var next = await TakeAsync(Holder("joe"), Long, wish);

        next.Token.ShouldBe(dead.Token + 1);
        (await dead.ReleaseAsync(CancellationToken.None)).ShouldBeFalse();
        (await Leases.ReadAsync(CancellationToken.None)).Lease.ShouldBe(next.Record);
    }

    [Fact]
    public async Task Unlock_takes_an_expired_lease_away_and_a_held_one_only_for_a_reason()
    {
        var held = await TakeAsync(Holder(), Long);
        (await Should.ThrowAsync<OperationException>(() => Leases.UnlockAsync("joe@desk", null, CancellationToken.None))).ExitCode.ShouldBe(ExitCodes.Locked);

        (await Leases.UnlockAsync("joe@desk", "mara is on a train", CancellationToken.None)).ShouldBe(held.Record);

        (await Leases.ReadAsync(CancellationToken.None)).Lease.ShouldBeNull();
        (await held.ReleaseAsync(CancellationToken.None)).ShouldBeFalse();
        (await Leases.UnlockAsync("joe@desk", null, CancellationToken.None)).ShouldBeNull();
        var entry = (await new Audit(_host, [], _narrator, _host.Folder).VerifyAsync(CancellationToken.None)).Lines.ShouldHaveSingleItem().Entry;
        (entry.Who, entry.What, entry.Reason).ShouldBe(("joe@desk", "Unlock", "mara is on a train"));
        entry.Result.ShouldBe("removed the lease 1 of mara@laptop for DeployBackend of r-1");

        var expired = await TakeAsync(Holder(), Short);
        expired.Abandon();
        await expired.DisposeAsync();
        await Wait.UntilAsync("it has expired", async () => (await Leases.ReadAsync(CancellationToken.None)).IsExpired);
        (await Leases.UnlockAsync("joe@desk", null, CancellationToken.None)).ShouldBe(expired.Record);
    }

    [Fact]
    public async Task A_freeze_keeps_new_changes_out_until_its_time_or_a_thaw()
    {
        await Leases.FreezeAsync("mara@laptop", null, "the sale; it's \"hot\"", CancellationToken.None);
        var error = await Should.ThrowAsync<OperationException>(() => TakeAsync(Holder(), Long));
        error.ExitCode.ShouldBe(ExitCodes.Locked);
        error.Message.ShouldMatch("^staging is frozen by mara@laptop since .* until it is thawed: the sale; it's \"hot\"\\.$");
        await using (await TakeAsync(Holder(), Long, new LeaseWish { EvenIfFrozen = true }))
        {
        }

        (await Leases.ThawAsync("joe@desk", null, CancellationToken.None))!.Reason.ShouldBe("the sale; it's \"hot\"");
        (await Leases.ThawAsync("joe@desk", null, CancellationToken.None)).ShouldBeNull();
        await using (await TakeAsync(Holder(), Long))
        {
        }

        await Should.ThrowAsync<OperationException>(() => Leases.FreezeAsync("mara", DateTimeOffset.UtcNow.AddMinutes(-1), "late", CancellationToken.None));
        await Leases.FreezeAsync("mara", DateTimeOffset.UtcNow.AddMilliseconds(400), "short", CancellationToken.None);
        await using (await TakeAsync(Holder(), Long, new LeaseWish { Wait = TimeSpan.FromSeconds(20), Poll = TimeSpan.FromMilliseconds(20) }))
        {
        }
    }

    [Fact]
    public async Task A_freeze_whose_end_has_passed_leaves_the_freeze_that_is_there()
    {
        await Leases.FreezeAsync("mara@laptop", null, "the sale", CancellationToken.None);

        var error = await Should.ThrowAsync<OperationException>(() => Leases.FreezeAsync("joe@desk", DateTimeOffset.UtcNow.AddMinutes(-1), "late", CancellationToken.None));

        error.Message.ShouldEndWith("has passed already");
        error.ExitCode.ShouldBe(ExitCodes.Configuration);
        (await Leases.ReadAsync(CancellationToken.None)).Freeze!.Reason.ShouldBe("the sale");
    }

    [Theory]
    [InlineData("lease.json", "")]
    [InlineData("lease.json", "{\"token\":1}")]
    [InlineData("token", "x")]
    [InlineData("freeze.json", "hello")]
    public async Task A_file_that_is_not_ours_is_an_error_that_names_it(string file, string text)
    {
        await File.WriteAllTextAsync(_host.At(file), text);

        var error = await Should.ThrowAsync<OperationException>(() => TakeAsync(Holder(), Long));

        error.Seen!.ShouldContain($"{file} is unreadable");
        error.ExitCode.ShouldBe(ExitCodes.PreflightRefused);
    }

    [Fact]
    public async Task Hostile_words_come_back_verbatim()
    {
        const string Words = "'; rm -rf / #\n$(id) `id` \" \\ } \"expires\":99999999999999, é 木";
        var holder = new LeaseHolder(Words, Words, Words, Words);

        await using var lease = await TakeAsync(holder, Long);

        (await Leases.ReadAsync(CancellationToken.None)).Lease!.Holder.ShouldBe(holder);
    }

    private static async Task LostAsync(Lease lease) =>
        await Should.ThrowAsync<OperationCanceledException>(() => Task.Delay(TimeSpan.FromSeconds(20), lease.Lost));
}
