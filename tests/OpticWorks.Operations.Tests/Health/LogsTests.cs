using System.Text;
using System.Threading.Channels;
using FsCheck;
using FsCheck.Fluent;
using NSubstitute;
using OpticWorks.Operations.Environments;
using OpticWorks.Operations.Health;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Tests.Environments;

namespace OpticWorks.Operations.Tests.Health;

public sealed class LogsTests
{
    private static readonly StoreEnvironment Staging = EnvironmentFile.Load(EnvironmentFolder.Repository(), "staging");

    private static string Command(LogWish wish) => wish.Command(wish.Instances[0].Ports).ToString();

    [Fact]
    public void One_command_a_host_reads_the_units_as_JSON() =>
        Command(LogWish.Of(Staging, null, null, false, null)).ShouldBe(
            "journalctl --no-pager --all --output=json --output-fields=MESSAGE,_SYSTEMD_UNIT,UNIT --since=-600000ms"
            + " --unit=medusa@9001.service --unit=medusa@9002.service");

    [Fact]
    public void Everything_that_can_be_wished_is_in_the_command() =>
        Command(LogWish.Of(Staging, "api-1:9001", "1.5s", true, "it's $(id); --x")).ShouldBe(
            "journalctl --no-pager --all --output=json --output-fields=MESSAGE,_SYSTEMD_UNIT,UNIT --since=-1500ms --unit=medusa@9001.service"
            + """ '--grep=it'\''s $(id); --x' --follow --no-tail""");

    [Theory]
    [InlineData(null, "api-1:9001 api-1:9002 api-2:9001 api-2:9002")]
    [InlineData("api-2", "api-2:9001 api-2:9002")]
    [InlineData("api-2:9002", "api-2:9002")]
    public void Instances_are_chosen_by_name(string? instance, string chosen) =>
        string.Join(' ', LogWish.Of(Staging, instance, null, false, null).Instances.SelectMany(at => at.Ports.Select(port => $"{at.Host.Name}:{port}"))).ShouldBe(chosen);

    [Theory]
    [InlineData("api-3:9001", "10m", "x")]
    [InlineData("api-1:9003", "10m", "x")]
    [InlineData("api-1:9001;id", "10m", "x")]
    [InlineData("", "10m", "x")]
    [InlineData("api-1", "10 minutes", "x")]
    [InlineData("api-1", "-10m", "x")]
    [InlineData("api-1", "10m", "")]
    [InlineData("api-1", "10m", "a\nb")]
    [InlineData("api-1", "10m", "a\u001b[2J")]
    [InlineData("api-1", "10m", "a\0")]
    public void What_cannot_be_meant_is_refused(string instance, string since, string grep) =>
        Should.Throw<OperationException>(() => LogWish.Of(Staging, instance, since, false, grep)).ExitCode.ShouldBe(ExitCodes.Configuration);

    [Fact]
    public void Half_a_character_is_refused() =>
        Should.Throw<OperationException>(() => LogWish.Of(Staging, null, null, false, "\ud800x")).ExitCode.ShouldBe(ExitCodes.Configuration);

    [Fact]
    public async Task Any_expression_arrives_as_one_word_or_is_refused()
    {
        var texts = ArbMap.Default.ArbFor<string>().Generator.Sample(400, 40)
            .SelectMany(text => new[] { text, new string([.. (text ?? "").Where(c => !char.IsControl(c))]) })
            .Concat(["'", "\"; reboot; \"", "$(reboot)", "`id`", "--follow", "-", "é 木 𝄞", "\ufffd", "a b", "*", "!!", "\\", "^/store/.*\\?x=1$"])
            .OfType<string>().ToList();
        var arrived = 0;
        foreach (var text in texts)
        {
            string command;
            try
            {
                command = Command(LogWish.Of(Staging, "api-1:9001", null, false, text));
            }
            catch (OperationException e) when (e.ExitCode == ExitCodes.Configuration)
            {
                continue;
            }

            if (arrived++ % 16 > 0 && text.Length > 1)
            {
                command.ShouldEndWith(ShellCommand.Quote($"--grep={text}"));
                continue; // A shell for every sixteenth.
            }

            var words = await LocalProcess.RunAsync(new LocalCommand("sh", "-c", $"journalctl() {{ for w; do printf '%s\\n' \"$w\"; done; }}; {command}"));
            words.Output.Split('\n')[^2].ShouldBe($"--grep={text}");
        }

        arrived.ShouldBeGreaterThan(200);
    }

    [Theory]
    [InlineData("""{"__REALTIME_TIMESTAMP":"1795446571701610","MESSAGE":"ready","_SYSTEMD_UNIT":"medusa@9001.service"}""", "api-1:9001", "ready")]
    [InlineData("""{"__REALTIME_TIMESTAMP":"1795446571701610","MESSAGE":"Stopped.","_SYSTEMD_UNIT":"init.scope","UNIT":"medusa@9002.service"}""", "api-1:9002", "Stopped.")]
    [InlineData("""{"__REALTIME_TIMESTAMP":"1795446571701610","MESSAGE":[27,91,51,49,109,110,195,169],"_SYSTEMD_UNIT":"medusa@9001.service"}""", "api-1:9001", "\u001b[31mné")]
    [InlineData("""{"__REALTIME_TIMESTAMP":"1795446571701610","MESSAGE":null,"_SYSTEMD_UNIT":"medusa@9001.service"}""", "api-1:9001", "")]
    public void An_entry_is_read(string json, string instance, string text) =>
        LogLine.Read("api-1", json).ShouldBe(new LogLine(DateTimeOffset.UnixEpoch.AddMicroseconds(1795446571701610), instance, text));

    [Theory]
    [InlineData("-- No entries --")]
    [InlineData("[]")]
    [InlineData("""{"MESSAGE":"x","_SYSTEMD_UNIT":"medusa@9001.service"}""")]
    [InlineData("""{"__REALTIME_TIMESTAMP":"17","MESSAGE":"x","_SYSTEMD_UNIT":"ssh.service"}""")]
    public void What_is_no_entry_of_an_instance_is_left_out(string text) => LogLine.Read("api-1", text).ShouldBeNull();

    [Fact]
    public void A_line_steers_no_terminal_and_shows_no_secret()
    {
        var scrubber = new Scrubber();
        scrubber.Add("password", "first\nsecond-line");
        var line = new LogLine(new DateTimeOffset(2026, 11, 22, 14, 12, 3, 45, TimeZoneInfo.Local.GetUtcOffset(new DateTime(2026, 11, 22))), "api-1:9001",
            "\u001b[31mred\u001b[0m \u001b]0;title\u0007x\u001b7\b first\nsecond-line\r\n  at y\n");

        line.Print(12, scrubber.Scrub).ShouldBe(
        [
            "14:12:03.045  api-1:9001    red x\uFFFD7\uFFFD [secret:password]",
            "14:12:03.045  api-1:9001      at y",
        ]);
    }

    [Fact]
    public async Task Any_logs_in_order_make_one_in_order()
    {
        var random = new Random(11);
        for (var run = 0; run < 60; run++)
        {
            var logs = Enumerable.Range(0, random.Next(1, 5)).Select(host => Enumerable.Range(0, random.Next(0, 40))
                .Select(_ => random.Next(50)).Order().Select(at => new LogLine(DateTimeOffset.UnixEpoch.AddSeconds(at), $"h{host}", "x")).ToList()).ToList();
            var sources = logs.Select(log =>
            {
                var channel = Channel.CreateUnbounded<LogLine>();
                log.ForEach(line => channel.Writer.TryWrite(line));
                channel.Writer.Complete();
                return channel.Reader;
            }).ToList();
            var merged = new List<LogLine>();

            await StoreLogs.MergeAsync(sources, merged.Add, CancellationToken.None);

            merged.ShouldBe(logs.SelectMany(log => log).OrderBy(line => line.At).ThenBy(line => line.Instance, StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task A_host_that_fails_keeps_no_line_of_the_others_back_and_is_told()
    {
        var lines = new List<LogLine>();
        var recorder = new Recorder();
        var logs = new StoreLogs(settings => settings.Name == "api-1" ? Broken() : Journal(settings.Name, 0, ""), recorder);

        var error = await Should.ThrowAsync<OperationException>(() => logs.ReadAsync(LogWish.Of(Staging, null, null, false, null), lines.Add, CancellationToken.None));

        (error.Where, error.ExitCode).ShouldBe(("api-1", ExitCodes.PreflightRefused));
        lines.Select(line => line.Instance).ShouldBe(["api-2:9001"]);
        recorder.Lines.ShouldHaveSingleItem().ShouldStartWith("logs! api-1:");
    }

    [Theory]
    [InlineData(1, "", 0)]
    [InlineData(0, "Hint: You are currently not seeing messages from other users and the system.\n", 0)]
    [InlineData(1, "Bad pattern \"((\": missing closing parenthesis\n", ExitCodes.Configuration)]
    [InlineData(1, "No journal files were opened due to insufficient permissions.\n", ExitCodes.PreflightRefused)]
    public async Task How_journalctl_ended_is_told_apart(int exitCode, string said, int code)
    {
        var logs = new StoreLogs(settings => Journal(settings.Name, exitCode, said), new Recorder());

        var reading = () => logs.ReadAsync(LogWish.Of(Staging, "api-1", null, false, "x"), _ => { }, CancellationToken.None);

        if (code == 0)
            await reading();
        else
            (await Should.ThrowAsync<OperationException>(reading)).ExitCode.ShouldBe(code);
    }

    private static IHost Broken()
    {
        var host = Substitute.For<IHost>();
        host.StreamAsync(default!, default!, default).ReturnsForAnyArgs<HostResult>(_ => throw new HostException(HostFailure.Unreachable, "api-1", "api-1 cannot be reached"));
        return host;
    }

    private static IHost Journal(string name, int exitCode, string said)
    {
        var host = Substitute.For<IHost>();
        host.StreamAsync(default!, default!, default).ReturnsForAnyArgs(async call =>
        {
            var line = """{"__REALTIME_TIMESTAMP":"17","MESSAGE":"x","_SYSTEMD_UNIT":"medusa@9001.service"}""" + "\n";
            using var output = new MemoryStream(Encoding.UTF8.GetBytes(line));
            await call.Arg<Func<Stream, CancellationToken, Task>>()(output, CancellationToken.None);
            return new HostResult(name, call.Arg<ShellCommand>(), exitCode, "", said, TimeSpan.Zero);
        });
        return host;
    }
}
