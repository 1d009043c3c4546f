using System.Runtime.CompilerServices;
using FsCheck.Fluent;
using OpticWorks.Operations.Hosts;
using OpticWorks.Operations.Processes;
using OpticWorks.Operations.Releases;
using OpticWorks.Operations.Traffic;

namespace OpticWorks.Operations.Tests.Releases;

/// <summary>The exact text of every command that releases and the balancer send to a host, against ReleaseCommandTexts.txt. OPTICWORKS_ACCEPT=1 writes it anew.</summary>
public sealed class ReleaseCommandTextTests
{
    private static readonly HostLayout Layout = new("/opt/medusa");
    private static readonly ReleaseId Release = ReleaseId.Parse("r-20261122-141203-3f9c2ab");
    private static readonly InstanceProbe Probe = new("/health", ["/store/products?limit=1&fields=id,title", "/store/regions"], "pk_1");
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static IEnumerable<(string Name, ShellCommand Command)> Commands() =>
    [
        ("exists", ReleaseCommands.Exists(Layout.Layer("abc"))),
        ("unpack", ReleaseCommands.Unpack(Layout.Release(Release), new string('a', 64))),
        ("furnish", ReleaseCommands.Furnish(Layout, Release, "abc", "1200")),
        ("current", ReleaseCommands.Current(Layout, [9001, 9002])),
        ("switch", ReleaseCommands.Switch(Layout, 9001, Release.Text, Probe, Limit)),
        ("load", InstanceLoad.ReadCommand([9001, 9002])),
        ("unflip", ReleaseCommands.Unflip(Layout, 9001)),
        ("stop", ReleaseCommands.Stop(9001)),
        ("disable", ReleaseCommands.Disable(9001)),
        ("medusa", ReleaseCommands.Medusa(Layout, Release, "db:migrate", "--execute-safe-links")),
        ("exec", ReleaseCommands.Exec(Layout, Release, "./src/scripts/seed.js", new Dictionary<string, string> { ["B"] = "it's", ["A"] = "1" })),
        ("try", ReleaseCommands.Try(Layout, Release, 19100, Probe, Limit)),
        ("smoke", ReleaseCommands.Smoke(8080, Probe, 4)),
        ("list", ReleaseCommands.List(Layout)),
        ("prune", ReleaseCommands.Prune(Layout, [Release.Text])),
        ("look", ReleaseCommands.Look(Layout)),
        ("unstage", ReleaseCommands.Unstage(Layout, Release)),
        ("records read", ReleaseBook.ReadCommand()),
        ("record write", ReleaseBook.WriteCommand(Release, "312")),
        ("behind read", BehindHosts.ReadCommand()),
        ("behind mark", BehindHosts.MarkCommand("api-2", "27")),
        ("balancer ask", BalancerCommands.Ask("/run/haproxy/admin.sock", "show stat medusa 4 -1")),
        ("balancer drain", BalancerCommands.Drain("/run/haproxy/admin.sock", "medusa", "api-1-9001", TimeSpan.FromSeconds(35))),
    ];

    [Fact]
    public void Commands_are_exactly_these()
    {
        var text = string.Concat(Commands().Select(command => $"=== {command.Name}\n{command.Command}\n"));
        var file = Path.Combine(Here(), "ReleaseCommandTexts.txt");
        if (Environment.GetEnvironmentVariable("OPTICWORKS_ACCEPT") == "1")
            File.WriteAllText(file, text);

        text.ShouldBe(File.ReadAllText(file));
    }

    /// <summary>An instance that could not be switched back keeps the files that it runs.</summary>
    [Fact]
    public async Task What_an_instance_s_link_leads_to_is_not_removed()
    {
        var root = Directory.CreateTempSubdirectory();
        try
        {
            var layout = new HostLayout(root.FullName);
            var file = Path.Combine(Directory.CreateDirectory(layout.Release(Release)).FullName, "env");
            await File.WriteAllTextAsync(file, "");
            Directory.CreateDirectory(layout.Instance(9001));
            Directory.CreateDirectory(layout.Instance(9002));
            File.CreateSymbolicLink(layout.Current(9002), $"../../releases/{Release}");
            var command = new LocalCommand("bash", "-c", ReleaseCommands.Unstage(layout, Release).ToString());

            var refused = await LocalProcess.RunAsync(command);
            refused.Succeeded.ShouldBeFalse();
            refused.Error.ShouldContain("instances/9002/current still leads to");
            File.Exists(file).ShouldBeTrue();

            File.Delete(layout.Current(9002));
            (await LocalProcess.RunAsync(command)).OrFail("unstage");
            Directory.Exists(layout.Release(Release)).ShouldBeFalse();
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    /// <summary>bash reads every one of them without complaint.</summary>
    [Fact]
    public async Task Commands_are_bash()
    {
        foreach (var (name, command) in Commands())
        {
            var read = await LocalProcess.RunAsync(new LocalCommand("bash", "-n", "-c", command.ToString()));
            read.Succeeded.ShouldBeTrue($"{name}: {read.Error}");
            if (command.ToString().StartsWith("bash -eu", StringComparison.Ordinal))
            {
                // What the inner shell gets as its script.
                var inner = await LocalProcess.RunAsync(new LocalCommand("bash", "-c", $"bash() {{ shift 4; command bash -n -c \"$1\"; }}; {command}"));
                inner.Succeeded.ShouldBeTrue($"{name}: {inner.Error}");
            }
        }
    }

    /// <summary>10,000 hostile texts, half of them mutations of a release id: each is refused, or is exactly a release's name.</summary>
    [Fact]
    public void Hostile_release_ids_are_refused()
    {
        var (refused, random) = (0, new Random(4));
        const string Hostile = "'\"`$();|&<>*?[]{}~!#\\ \t\n\r/..é木\u0000";
        for (var i = 0; i < 10_000; i++)
        {
            var text = Release.Text.ToCharArray().ToList();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var (at, with) = (random.Next(text.Count + 1), random.Next(4) == 0 ? (char)random.Next(1, 0xD800) : Hostile[random.Next(Hostile.Length)]);
                if (random.Next(2) == 0 || at == text.Count)
                    text.Insert(at, with);
                else
                    text[at] = with;
            }

            var name = new string([.. text]);
            try
            {
                ReleaseId.Parse(name).Text.ShouldMatch("^r-[0-9]{8}-[0-9]{6}-[0-9a-f]{7}\\z");
            }
            catch (OperationException e)
            {
                e.ExitCode.ShouldBe(ExitCodes.Configuration);
                refused++;
            }
        }

        refused.ShouldBeGreaterThan(9_900);
    }

    /// <summary>10,000 hostile reasons and paths arrive at a program behind the fence's and the script's quoting exactly as they are.</summary>
    [Fact]
    public async Task Hostile_reasons_and_paths_arrive_verbatim()
    {
        var texts = ArbMap.Default.ArbFor<string>().Generator
            .Select(text => new string([.. (text ?? "").Where(c => c != '\0' && c != '\r' && !char.IsSurrogate(c))]))
            .Sample(10_000, 30).ToList();
        string[] nasty = ["'", "''", "\"", "$(reboot)", "`id`", "a\nb", "; rm -rf /", "&& true", "| cat", "*", "~", "-n", "--", "é 木", "!!", "\\", "$1", "${IFS}", "\n"];
        for (var i = 0; i < texts.Count; i++)
            texts[i] = i % 3 == 0 ? nasty[i % nasty.Length] + texts[i] : i % 3 == 1 ? texts[i] + nasty[i % nasty.Length] : texts[i];

        foreach (var batch in texts.Chunk(200))
        {
            var command = ShellCommand.Script("""shift 0; eval "$1" """.TrimEnd(), ShellCommand.Script("""printf '%s\0' "$@" """.TrimEnd(), batch).ToString());
            var result = await LocalProcess.RunAsync(new LocalCommand("sh", "-c", command.ToString()));
            result.Output.TrimEnd('\n').Split('\0')[..^1].ShouldBe(batch);
        }
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
