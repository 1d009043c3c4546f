using System.Text;
using OpticWorks.Operations.Backups.Dumps;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Tests.Transactions;

namespace OpticWorks.Operations.Tests.Backups;

public sealed class DumpCommandTests
{
    private const string Connect = "IFS= read -r PGPASSWORD\nexport PGPASSWORD PGHOST=127.0.0.1 PGPORT=\"$1\" PGUSER=\"$2\" PGDATABASE=\"$3\" PGCONNECT_TIMEOUT=30 PGAPPNAME=\"$4\"\n";

    [Fact]
    public void The_dump_ends_with_its_mark_only_when_pg_dump_ended_well() =>
        $"{DumpCommands.Dump(Site(), "00000003-0000001B-1", "zstd:1", "THE-END")}".ShouldBe(
            $"bash -eu -o pipefail -c '{Connect}pg_dump --format=custom --compress=\"$6\" --snapshot=\"$5\" --lock-wait-timeout=60s --no-password\nprintf %s \"$7\"'"
            + " opticworks 5432 medusa medusa-staging 'opticworks Backup' 00000003-0000001B-1 zstd:1 THE-END");

    [Fact]
    public void Roles_come_without_passwords() =>
        $"{DumpCommands.Roles(Site())}".ShouldBe(
            $"bash -eu -o pipefail -c '{Connect}exec pg_dumpall --globals-only --no-role-passwords --no-password --database=\"$3\"' opticworks 5432 medusa medusa-staging 'opticworks Backup'");

    [Fact]
    public void A_restore_stops_at_the_first_error() =>
        $"{DumpCommands.Restore(Site(), "it's new")}".ShouldBe(
            $"bash -eu -o pipefail -c '{Connect}exec pg_restore --exit-on-error --no-publications --no-subscriptions --no-password --dbname=\"$3\"'"
            + " opticworks 5432 medusa 'it'\\''s new' 'opticworks RestoreBackup'");

    [Fact]
    public async Task The_password_is_the_first_line_of_the_input_and_in_no_word()
    {
        var site = Site();
        using var reader = new StreamReader(site.Input(new MemoryStream("archive"u8.ToArray())));
        (await reader.ReadToEndAsync()).ShouldBe("p4ss $(id) 'word'\narchive");
        foreach (var command in new[] { DumpCommands.Dump(site, "s", "zstd:1", "m"), DumpCommands.Roles(site), DumpCommands.Restore(site, "x") })
            $"{command}".ShouldNotContain("p4ss");
    }

    [Theory]
    [InlineData("archiveEND", "archive", true)]
    [InlineData("END", "", true)]
    [InlineData("archiveEN", "archiveEN", false)]
    [InlineData("ENDarchive", "ENDarchive", false)]
    [InlineData("", "", false)]
    public async Task The_mark_is_taken_off_and_its_absence_seen(string stream, string archive, bool complete)
    {
        // However the bytes arrive.
        for (var piece = 1; piece <= 11; piece++)
        {
            var marked = new MarkedStream(new Trickle(Encoding.ASCII.GetBytes(stream), piece), "END"u8.ToArray());
            using var got = new MemoryStream();
            await marked.CopyToAsync(got);
            Encoding.ASCII.GetString(got.ToArray()).ShouldBe(archive);
            marked.Complete.ShouldBe(complete);
        }
    }

    [Theory]
    [InlineData("17.6", "17.6", 0, null)]
    [InlineData("17.6", "18.0", 200, null)]
    [InlineData("17.6", "16.9", 0, "pg_dump is older than the server")]
    [InlineData("17.6", "17.6", -301, "The clocks of this computer and of PostgreSQL differ too much")]
    public void What_makes_a_dump_worthless_is_seen_before_it(string server, string dump, int seconds, string? problem) =>
        new ServerFacts(server, "7", 1, TimeSpan.FromSeconds(seconds), dump).Problem()?.What.ShouldBe(problem);

    [Theory]
    [InlineData(52428800, null, 10, "50.0 MiB, 5.0 MiB/s")]
    [InlineData(52428800, 104857600L, 10, "50.0 MiB, 5.0 MiB/s, about 100.0 MiB in all, about 10 s left")]
    [InlineData(52428800, 1000L, 10, "50.0 MiB, 5.0 MiB/s")]
    public void Progress_has_a_rate_and_an_end(long bytes, long? expected, int seconds, string line) =>
        DumpProgress.Line(bytes, expected, TimeSpan.FromSeconds(seconds)).ShouldBe(line);

    [Fact]
    public void Parts_are_equal_and_few_enough_whatever_the_database()
    {
        foreach (var size in new[] { 0L, 1L << 30, 100L << 30, 1L << 40, 3L << 40 })
        {
            var part = Operations.Backups.BackupRun.PartLength(size);
            part.ShouldBeGreaterThanOrEqualTo(16 << 20);
            (part % (1 << 20)).ShouldBe(0);
            (size * 3 / 2 / part).ShouldBeLessThan(10_000);
        }
    }

    private static DatabaseSite Site() => new("staging", new ShellHost("db"), new DatabaseSettings
    {
        Host = new HostSettings { Name = "db", Address = "10.0.1.20", User = "deploy" },
        Name = "medusa-staging",
        User = "medusa",
        Password = SecretReference.Parse("env:DATABASE_PASSWORD"),
    }, null!, "p4ss $(id) 'word'");

    private sealed class Trickle(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
