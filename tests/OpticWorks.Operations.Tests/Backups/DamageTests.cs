using System.Text;
using OpticWorks.Operations.Backups;
using OpticWorks.Operations.Backups.Frames;
using OpticWorks.Operations.Backups.Manifests;

namespace OpticWorks.Operations.Tests.Backups;

/// <summary>Whatever happens to a stored backup is seen, and where.</summary>
public sealed class DamageTests
{
    private const int ThreeFrames = 2 * FrameFormat.FrameLength + 1000;

    public static TheoryData<bool> Encrypted => new() { true, false };

    [Theory, MemberData(nameof(Encrypted))]
    public async Task What_is_whole_comes_back(bool encrypted)
    {
        var secret = Secret(encrypted);
        foreach (var length in new[] { 0, 1, FrameFormat.FrameLength - 1, FrameFormat.FrameLength, FrameFormat.FrameLength + 1, ThreeFrames })
        {
            var sample = await Sample.MakeAsync(secret, length);
            var (plain, damages) = await sample.ReadAsync(sample.Object, secret);
            damages.ShouldBeEmpty();
            plain.Length.ShouldBe(length + 14);
            new FrameMap(sample.Manifest).Problem().ShouldBeNull();
        }
    }

    [Theory, MemberData(nameof(Encrypted))]
    public async Task Ten_thousand_flipped_bytes_are_all_found_in_their_frame(bool encrypted)
    {
        var secret = Secret(encrypted);
        var sample = await Sample.MakeAsync(secret, 20_000);
        var places = new FrameMap(sample.Manifest).Frames().ToList();
        var random = new Random(7);
        for (var i = 0; i < 10_000; i++)
        {
            var at = random.Next(sample.Object.Length);
            var damaged = (byte[])sample.Object.Clone();
            damaged[at] ^= (byte)random.Next(1, 256);
            var damages = (await sample.ReadAsync(damaged, secret)).Damages;
            var place = at < FrameFormat.HeaderLength ? "header, bytes 0-127" : places.Single(frame => at >= frame.Offset && at < frame.Offset + frame.Stored).ToString();
            if (damages.Count == 0 || damages[0].Place != place)
                Assert.Fail($"byte {at}: {string.Join(", ", damages)}, expected in {place}");
        }
    }

    [Theory, MemberData(nameof(Encrypted))]
    public async Task Every_truncation_of_a_small_object_is_found(bool encrypted)
    {
        var secret = Secret(encrypted);
        var sample = await Sample.MakeAsync(secret, 3000);
        for (var length = 0; length < sample.Object.Length; length++)
        {
            var damages = (await sample.ReadAsync(sample.Object[..length], secret)).Damages;
            if (damages.Count != 1 || !damages[0].What.Contains($"ends after {length} of {sample.Object.Length} bytes", StringComparison.Ordinal))
                Assert.Fail($"length {length}: {string.Join(", ", damages)}");
        }

        (await sample.ReadAsync([.. sample.Object, 0], secret)).Damages.ShouldHaveSingleItem().What.ShouldContain("longer than its manifest");
    }

    [Theory, MemberData(nameof(Encrypted))]
    public async Task Frames_that_changed_places_are_found(bool encrypted)
    {
        var secret = Secret(encrypted);
        var sample = await Sample.MakeAsync(secret, ThreeFrames);
        var frames = new FrameMap(sample.Manifest).Frames().ToList();
        var swapped = (byte[])sample.Object.Clone();
        sample.Object.AsSpan((int)frames[0].Offset, frames[0].Stored).CopyTo(swapped.AsSpan((int)frames[1].Offset));
        sample.Object.AsSpan((int)frames[1].Offset, frames[1].Stored).CopyTo(swapped.AsSpan((int)frames[0].Offset));
        var damages = (await sample.ReadAsync(swapped, secret)).Damages;
        damages.Select(damage => $"{damage}").ShouldBe([$"{frames[0]}: here lies frame 1", $"{frames[1]}: here lies frame 0"]);
    }

    [Theory, MemberData(nameof(Encrypted))]
    public async Task Another_backups_object_and_frames_are_found(bool encrypted)
    {
        var secret = Secret(encrypted);
        var (mine, other) = (await Sample.MakeAsync(secret, 5000, 1), await Sample.MakeAsync(secret, 5000, 2));
        (await mine.ReadAsync(other.Object, secret)).Damages[0].ToString().ShouldContain($"the object is that of {other.Manifest.Id}");

        // One frame of another backup at its own place.
        var frame = new FrameMap(mine.Manifest).Frames().First();
        var mixed = (byte[])mine.Object.Clone();
        other.Object.AsSpan((int)frame.Offset, frame.Stored).CopyTo(mixed.AsSpan((int)frame.Offset));
        (await mine.ReadAsync(mixed, secret)).Damages.ShouldHaveSingleItem().Place.ShouldBe(frame.ToString());
    }

    [Fact]
    public async Task All_damages_are_named_not_only_the_first()
    {
        var sample = await Sample.MakeAsync(Sample.Secret, ThreeFrames);
        var frames = new FrameMap(sample.Manifest).Frames().ToList();
        foreach (var frame in new[] { frames[0], frames[2] })
            sample.Object[frame.Offset + 100] ^= 1;
        (await sample.ReadAsync(sample.Object, Sample.Secret)).Damages.Select(damage => damage.Place).ShouldBe([$"{frames[0]}", $"{frames[2]}"]);
    }

    [Theory, MemberData(nameof(Encrypted))]
    public async Task Every_flipped_byte_of_a_manifest_is_found(bool encrypted)
    {
        var secret = Secret(encrypted);
        var sample = await Sample.MakeAsync(secret, 100);
        var (id, bytes) = (BackupId.Parse(sample.Manifest.Id), sample.Manifest.Write(secret));
        BackupManifest.Read(bytes, id, secret).Problem.ShouldBeNull();
        for (var at = 0; at < bytes.Length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var damaged = (byte[])bytes.Clone();
                damaged[at] ^= (byte)(1 << bit);
                if (BackupManifest.Read(damaged, id, secret).Manifest is not null)
                    Assert.Fail($"byte {at}, bit {bit}");
            }

            if (BackupManifest.Read(bytes[..at], id, secret).Manifest is not null)
                Assert.Fail($"cut after {at}");
        }
    }

    [Fact]
    public async Task A_replayed_forged_or_foreign_manifest_is_refused()
    {
        var sample = await Sample.MakeAsync(Sample.Secret, 100);
        var id = BackupId.Parse(sample.Manifest.Id);
        var newer = BackupId.New(id.At.AddDays(1), "shop");
        BackupManifest.Read(sample.Manifest.Write(Sample.Secret), newer, Sample.Secret).Problem.ShouldBe($"here lies the manifest of {id}");

        // Who has no key can write a plain one, and it is not believed.
        var forged = sample.Manifest with { Rows = 1 };
        BackupManifest.Read(forged.Write(null), id, Sample.Secret).Problem.ShouldNotBeNull().ShouldContain("seal does not match");
        BackupManifest.Read((forged with { Encryption = null }).Write(null), id, Sample.Secret).Problem.ShouldNotBeNull().ShouldContain("not sealed by us");
        var other = BackupSecret.Parse(Convert.ToBase64String(Encoding.ASCII.GetBytes("another key of thirty-two bytes!")));
        BackupManifest.Read(sample.Manifest.Write(Sample.Secret), id, other).Problem.ShouldNotBeNull().ShouldContain($"the environment's key is {other.KeyId}");
        BackupManifest.Read(sample.Manifest.Write(Sample.Secret), id, null).Problem.ShouldNotBeNull().ShouldContain("the environment has none");
    }

    [Fact]
    public async Task A_manifest_reads_like_this()
    {
        var sample = await Sample.MakeAsync(null, 10);
        var text = Encoding.UTF8.GetString(sample.Manifest.Write(null));
        text.ShouldStartWith($"{{\n  \"format\": 2,\n  \"id\": \"{sample.Manifest.Id}\",\n  \"environment\": \"test\",\n  \"database\": \"shop\",\n");
        text.ShouldContain("\"kind\": \"archive\",\n      \"frames\": 1,\n      \"length\": 10");
        text.ShouldContain("\"seal\": \"sha256:");
    }

    [Fact]
    public void A_proof_is_believed_only_with_its_seal()
    {
        var proof = new BackupProof("x", ProofKind.Restored, DateTimeOffset.UnixEpoch, "mara@laptop", "d", 1, []);
        BackupProof.Read(proof.Write(Sample.Secret), Sample.Secret).ShouldNotBeNull().Verifies.ShouldBeTrue();
        BackupProof.Read(proof.Write(null), Sample.Secret).ShouldBeNull();
        BackupProof.Read("{}"u8.ToArray(), Sample.Secret).ShouldBeNull();
        (proof with { Problems = ["a row is missing"] }).Verifies.ShouldBeFalse();
        (proof with { Kind = ProofKind.Read }).Verifies.ShouldBeFalse();
    }

    private static BackupSecret? Secret(bool encrypted) => encrypted ? Sample.Secret : null;
}
