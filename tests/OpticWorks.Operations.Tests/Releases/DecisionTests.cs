using FsCheck;
using FsCheck.Fluent;
using OpticWorks.Operations.Releases;

namespace OpticWorks.Operations.Tests.Releases;

/// <summary>Where a rollback goes, what is pruned, how many instances move at once, what a preflight finds.</summary>
public sealed class DecisionTests
{
    private const string A = "r-20261118-102000-0c55d3e";
    private const string B = "r-20261119-175500-77e01aa";
    private const string C = "r-20261120-091100-b81d0c4";
    private const string D = "r-20261122-141203-3f9c2ab";

    private static readonly RollbackProof Proved = new(DateTimeOffset.UnixEpoch, 9, null);
    private static readonly RollbackProof Failed = new(DateTimeOffset.UnixEpoch, 9, "column dropped");

    private static ReleaseRecord Record(string name, ReleaseState state = ReleaseState.Good, RollbackProof? proof = null) =>
        new(name, "artifact", "layer", null, "mara", DateTimeOffset.UnixEpoch, state) { Proof = proof };

    private static string Choose(ReleaseRecord[] records, string[] current, string[] staged, string? wanted = null, bool accept = false) =>
        RollbackChoice.Of(records, current, staged, wanted is null ? null : ReleaseId.Parse(wanted), accept).Release;

    [Fact]
    public void A_rollback_goes_to_the_newest_good_one_before_the_current() =>
        Choose([Record(D), Record(C, proof: Proved), Record(B, proof: Proved)], [D], [B, C, D]).ShouldBe(C);

    [Fact]
    public void Bad_releases_are_skipped() =>
        Choose([Record(D), Record(C, ReleaseState.Bad, Proved), Record(B, proof: Proved)], [D], [B, C, D]).ShouldBe(B);

    [Fact]
    public void A_release_that_is_not_on_every_host_is_skipped() =>
        Choose([Record(D), Record(C, proof: Proved), Record(B, proof: Proved)], [D], [B, D]).ShouldBe(B);

    [Fact]
    public void After_a_rollback_the_next_one_goes_further_back_and_never_forward() =>
        Choose([Record(D), Record(C), Record(B, proof: Proved)], [C], [B, C, D]).ShouldBe(B);

    [Fact]
    public void A_mixed_fleet_goes_back_before_its_oldest() =>
        Choose([Record(D), Record(C, proof: Proved), Record(B, proof: Proved)], [C, D], [B, C, D]).ShouldBe(B);

    [Fact]
    public void A_mixed_fleet_may_be_sent_to_one_of_its_own() =>
        Choose([Record(D), Record(C, proof: Proved)], [C, D], [C, D], C).ShouldBe(C);

    [Theory]
    [InlineData(null, "Nobody has seen")]
    [InlineData("failed", "column dropped")]
    public void An_unproved_or_failing_one_needs_a_persons_word(string? proof, string why)
    {
        ReleaseRecord[] records = [Record(D), Record(C, proof: proof is null ? null : Failed)];

        var error = Should.Throw<OperationException>(() => Choose(records, [D], [C, D]));
        (error.ExitCode, error.Message.Contains(why)).ShouldBe((ExitCodes.PreflightRefused, true));
        Choose(records, [D], [C, D], accept: true).ShouldBe(C);
    }

    [Theory]
    [InlineData(null, "There is no earlier good release")]
    [InlineData(A, "There is no release")]
    [InlineData(D, "runs r-20261122-141203-3f9c2ab already")]
    [InlineData(B, "is not on every host any more")]
    public void What_cannot_be_gone_back_to_is_refused(string? wanted, string why) =>
        Should.Throw<OperationException>(() => Choose([Record(D), Record(B, ReleaseState.Bad, Proved)], [D], [D], wanted)).Message.ShouldContain(why);

    [Fact]
    public void The_newest_stay() => Pruning.Of([A, B, C, D], [], [D], 2).ShouldBe([A, B]);

    [Fact]
    public void What_is_needed_and_the_newest_proved_one_stay_whatever_their_age() =>
        Pruning.Of([A, B, C, D], [Record(B, proof: Proved), Record(C, proof: Failed)], [A], 1).ShouldBe([C]);

    [Fact]
    public void Pruning_never_takes_what_is_needed()
    {
        var names = new[] { A, B, C, D };
        var cases = from staged in Gen.SubListOf(names)
                    from needed in Gen.SubListOf(names)
                    from keep in Gen.Choose(-1, 6)
                    select (staged, needed, keep);
        Prop.ForAll(cases.ToArbitrary(), sample =>
        {
            var gone = Pruning.Of(sample.staged, [], [.. sample.needed], sample.keep);
            return !gone.Intersect(sample.needed).Any() && gone.All(sample.staged.Contains)
                && (sample.staged.Count == 0 || gone.Count < sample.staged.Count);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("25%", 4, 1)]
    [InlineData("50%", 4, 2)]
    [InlineData("25%", 2, 1)]
    [InlineData("1%", 40, 1)]
    [InlineData("100%", 4, 3)]
    [InlineData("2", 4, 2)]
    [InlineData("9", 4, 3)]
    [InlineData("1", 1, 1)]
    public void Some_instance_always_serves(string setting, int instances, int atOnce) => MaxUnavailable.Of(setting, instances).ShouldBe(atOnce);

    [Theory]
    [InlineData("9000\n1000\nv22.23.3\nzstd\n", null)]
    [InlineData("500\n1000\nv22.23.3\nzstd\n", "api-1: 500 MiB are free and 550 MiB are needed")]
    [InlineData("9000\n900\nv22.23.3\nzstd\n", "api-1: its clock differs from ours by 100 s")]
    [InlineData("9000\n1000\nv20.1.0\nzstd\n", "api-1: Node 22 is not there (v20.1.0)")]
    [InlineData("9000\n1000\nv22.23.3\n", "api-1: zstd is not there")]
    [InlineData("", "api-1: it is not provisioned")]
    [InlineData("df: /opt/medusa: No such file\n1000\nv22\n", "api-1: it is not provisioned")]
    public void A_preflight_says_what_a_host_lacks(string output, string? finding) =>
        Preflight.Findings("api-1", output, 50 << 20, DateTimeOffset.FromUnixTimeSeconds(1000)).ShouldBe(finding is null ? [] : [finding]);

    [Fact]
    public void A_record_reads_back()
    {
        var record = Record(C, ReleaseState.Bad, Proved) with { Note = "5 % errors" };

        ReleaseRecord.Read(record.Write(), "lb").ShouldBe(record);
        record.Write().ShouldNotContain("\n");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"release\":\"../x\",\"artifact\":\"\",\"layer\":\"\",\"by\":\"\",\"at\":\"2026-01-01T00:00:00Z\",\"state\":\"good\"}")]
    public void A_damaged_record_is_named(string text) => Should.Throw<OperationException>(() => ReleaseRecord.Read(text, "lb:/var/lib"));
}
