using FsCheck;
using FsCheck.Fluent;
using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Backups.Retention;
using OpticWorks.Operations.Environments;

namespace OpticWorks.Operations.Tests.Backups;

public sealed class RetentionTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Each_backup_has_its_reason()
    {
        // One a day at 02:00 for 40 days; the newest three were never verified.
        var items = Enumerable.Range(0, 40).Select(day => Item(Now.Date.AddHours(2).AddDays(-day), verified: day >= 3)).ToList();
        var verdicts = RetentionDecision.Decide(items, new RetentionSettings { Last = 2, Daily = 5, Weekly = 3, Monthly = 2 }, Now);

        verdicts.Where(verdict => verdict.Keep).Select(verdict => $"{verdict.Id.At:MM-dd} {verdict.Reason}").ShouldBe([
            "11-26 last 1 of 2, day 2026-11-26",
            "11-25 last 2 of 2, day 2026-11-25",
            "11-24 day 2026-11-24",
            // The week's and the month's place goes to a verified one.
            "11-23 newest verified, day 2026-11-23, week 2026-W48, month 2026-11",
            "11-22 day 2026-11-22, week 2026-W47",
            "11-15 week 2026-W46",
            "10-31 month 2026-10",
        ]);
    }

    [Fact]
    public void Missed_days_do_not_eat_old_backups()
    {
        var items = new[] { Item(Now.AddDays(-1), true), Item(Now.AddDays(-90), true), Item(Now.AddDays(-200), true) };
        RetentionDecision.Decide(items, new RetentionSettings { Last = 1, Daily = 3, Weekly = 0, Monthly = 0 }, Now).ShouldAllBe(verdict => verdict.Keep);
    }

    [Fact]
    public void A_date_in_the_future_pushes_nothing_out()
    {
        var items = new[] { Item(Now.AddDays(400), true), Item(Now.AddHours(-1), true), Item(Now.AddHours(-30), true) };
        var verdicts = RetentionDecision.Decide(items, new RetentionSettings { Last = 1, Daily = 1, Weekly = 0, Monthly = 0 }, Now);
        verdicts.Select(verdict => verdict.Reason).ShouldBe(["dated in the future", $"newest verified, last 1 of 1, day 2026-11-26", "in no place of the policy"]);
    }

    [Fact]
    public void Nothing_goes_while_none_is_verified_and_nothing_that_cannot_be_read()
    {
        var items = Enumerable.Range(0, 30).Select(hour => Item(Now.AddHours(-hour), false)).Append(Item(Now.AddDays(-900), false, usable: false)).ToList();
        RetentionDecision.Decide(items, new RetentionSettings { Last = 1, Daily = 0, Weekly = 0, Monthly = 0 }, Now).ShouldAllBe(verdict => verdict.Keep);
    }

    [Fact]
    public void Whatever_the_history_the_rules_hold() => Hold(0, 5_000);

    /// <summary>100,000 histories in all: bursts, gaps, clocks that jump, dates in the future, several databases, failures.</summary>
    [Fact, Trait("Tier", "Campaign")]
    public void Whatever_the_history_the_rules_hold_a_hundred_thousand_times() => Hold(0, 100_000);

    private static void Hold(int from, int to)
    {
        for (var seed = from; seed < to; seed++)
        {
            var random = new Random(seed);
            var (items, policy) = (History(random), Policy(random));
            var verdicts = RetentionDecision.Decide(items, policy, Now);
            var kept = verdicts.Where(verdict => verdict.Keep).Select(verdict => verdict.Id).ToHashSet();
            Check(items, policy, verdicts, kept, $"seed {seed}");

            // Applied again it removes nothing more.
            var left = items.Where(item => kept.Contains(item.Id)).ToList();
            if (RetentionDecision.Decide(left, policy, Now).Any(verdict => !verdict.Keep))
                throw new Xunit.Sdk.XunitException($"seed {seed}: a second run removes more");
            // A policy that asks for more never removes what a smaller one keeps.
            var more = policy with { Last = policy.Last + random.Next(3), Daily = policy.Daily + random.Next(3), Weekly = policy.Weekly + random.Next(3), Monthly = policy.Monthly + random.Next(3) };
            var keptByMore = RetentionDecision.Decide(items, more, Now).Where(verdict => verdict.Keep).Select(verdict => verdict.Id).ToHashSet();
            if (!kept.IsSubsetOf(keptByMore))
                throw new Xunit.Sdk.XunitException($"seed {seed}: a larger policy removes what a smaller one keeps");
        }
    }

    /// <summary>The same rules with FsCheck's own generator and shrinking.</summary>
    [Fact]
    public void FsCheck_finds_no_history_that_breaks_a_rule()
    {
        var histories = ArbMap.Default.GeneratorFor<int>().Select(seed =>
        {
            var random = new Random(seed);
            return (Items: History(random), Policy: Policy(random));
        });
        Prop.ForAll(histories.ToArbitrary(), history =>
        {
            var verdicts = RetentionDecision.Decide(history.Items, history.Policy, Now);
            Check(history.Items, history.Policy, verdicts, verdicts.Where(verdict => verdict.Keep).Select(verdict => verdict.Id).ToHashSet(), "FsCheck");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static void Check(
        IReadOnlyList<RetentionItem> items, RetentionSettings policy, IReadOnlyList<RetentionVerdict> verdicts, HashSet<BackupId> kept, string history)
    {
        if (verdicts.Count != items.Count || verdicts.Any(verdict => verdict.Reason.Length == 0))
            throw new Xunit.Sdk.XunitException($"{history}: a backup without a verdict or a reason");
        foreach (var database in items.GroupBy(item => item.Id.Database))
        {
            var past = database.Where(item => item.Usable && item.Id.At <= Now.AddMinutes(10)).OrderByDescending(item => item.Id.At)
                .ThenByDescending(item => item.Id.Text, StringComparer.Ordinal).ToList();
            var newestVerified = past.FirstOrDefault(item => item.Verified);
            Holds(newestVerified is null || kept.Contains(newestVerified.Id), "the newest verified is removed");
            Holds(database.Where(item => !item.Usable).All(item => kept.Contains(item.Id)), "one that cannot be read is removed");
            Holds(database.Where(item => item.Id.At > Now.AddMinutes(10)).All(item => kept.Contains(item.Id)), "one of the future is removed");
            Holds(past.Take(policy.Last).All(item => kept.Contains(item.Id)), "one of the last is removed");
            Holds(database.Any(item => item.Usable && item.Verified) || past.All(item => kept.Contains(item.Id)), "one is removed while none is verified");
            var days = past.GroupBy(item => item.Id.At.UtcDateTime.Date).Take(policy.Daily);
            Holds(days.All(day => day.Any(item => kept.Contains(item.Id)) && (day.All(item => !item.Verified) || day.Any(item => item.Verified && kept.Contains(item.Id)))), "a day has lost its backup");
            var months = past.GroupBy(item => (item.Id.At.Year, item.Id.At.Month)).Take(policy.Monthly);
            Holds(months.All(month => month.Any(item => kept.Contains(item.Id))), "a month has lost its backup");
            // Nothing stays without a place: as many as the policy has, and what no policy removes.
            var most = policy.Last + policy.Daily + policy.Weekly + policy.Monthly + 1;
            Holds(past.All(item => !item.Verified) || past.Count(item => kept.Contains(item.Id)) <= most, "more stay than the policy has places");
        }

        void Holds(bool rule, string otherwise)
        {
            if (!rule)
                throw new Xunit.Sdk.XunitException($"{history}: {otherwise}");
        }
    }

    private static List<RetentionItem> History(Random random)
    {
        var items = new List<RetentionItem>();
        var databases = random.Next(1, 4);
        var at = Now.AddDays(-random.Next(1, 900));
        for (var i = random.Next(0, 25); i > 0; i--)
        {
            at += random.Next(12) switch
            {
                0 => TimeSpan.FromDays(random.Next(5, 80)),
                1 => TimeSpan.FromMinutes(random.Next(0, 90)),
                2 => -TimeSpan.FromHours(random.Next(1, 50)),
                3 when random.Next(6) == 0 => TimeSpan.FromDays(700),
                _ => TimeSpan.FromHours(random.Next(12, 36)),
            };
            items.Add(new RetentionItem(BackupId.New(at, $"shop-{random.Next(databases)}"), random.Next(12) > 0, random.Next(3) > 0));
        }

        // An id has four random digits: of two at the same second, one time in 65,536 both have the same.
        return [.. items.DistinctBy(item => item.Id)];
    }

    private static RetentionSettings Policy(Random random) =>
        new() { Last = random.Next(1, 5), Daily = random.Next(0, 5), Weekly = random.Next(0, 4), Monthly = random.Next(0, 4) };

    private static RetentionItem Item(DateTimeOffset at, bool verified, bool usable = true) => new(BackupId.New(at, "shop"), usable, verified);
}
